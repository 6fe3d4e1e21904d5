/** How one run of a soak ended. */
export interface SoakResult {
  readonly drill: string;
  readonly etcd: string;
  readonly seed: number;
  readonly seconds: number;
  readonly exitCode: number;
  readonly outcome: string;
  readonly operations: number;
  readonly notExercised: readonly string[];
  /** Assertions that were violated or inconclusive. */
  readonly found: readonly string[];
}

/** A Markdown table of a soak, a row per drill and version. */
export function soakTable(results: readonly SoakResult[]): string {
  const rows = [...Map.groupBy(results, ({ drill, etcd }) => `${drill} | ${etcd}`)]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, runs]) => {
      const ended = (outcome: string): number =>
        runs.filter((run) => run.outcome === outcome).length;
      const others = runs.length - ended('held') - ended('violated') - ended('inconclusive');
      const operations = runs.map((run) => run.operations);
      const union = (pick: (run: SoakResult) => readonly string[]): string =>
        [...new Set(runs.flatMap(pick))].toSorted().join(', ') || '–';
      return [
        name,
        runs.length,
        ended('held'),
        ended('violated'),
        ended('inconclusive'),
        others,
        `${Math.min(...operations)}–${Math.max(...operations)}`,
        union(({ notExercised }) => notExercised),
        union(({ found }) => found),
      ].join(' | ');
    });
  const head = [
    'drill | etcd | runs | held | violated | inconclusive | other | operations | never exercised in some run | violated or inconclusive',
    '--- | --- | --: | --: | --: | --: | --: | --: | --- | ---',
  ];
  return [...head, ...rows].map((row) => `| ${row} |`).join('\n');
}
