import { maxFindings } from './findings.ts';
import type { Finding, PropertyName, PropertyResult } from './result.ts';

/** What was found about one epoch, whose operations are named by their place in the whole history. */
export interface EpochResults {
  /** `epoch 2 (restored at revision 118)`. */
  readonly title: string;
  readonly results: readonly PropertyResult[];
}

/**
 * One result a property out of those of every epoch: the gravest is the property's, and no epoch
 * speaks for another. Counts are sums, with those of each epoch beside them (`epoch 2: operations`).
 */
export function mergeEpochs(epochs: readonly EpochResults[]): PropertyResult[] {
  const [first] = epochs;
  return (first?.results ?? []).map(({ property }) => mergeOne(property, epochs));
}

interface TitledResult {
  readonly title: string;
  readonly result: PropertyResult;
}

function mergeOne(property: PropertyName, epochs: readonly EpochResults[]): PropertyResult {
  const all = epochs.flatMap(({ title, results }): TitledResult[] =>
    results.filter((result) => result.property === property).map((result) => ({ title, result })),
  );
  const advisory = all.some(({ result }) => result.advisory);
  const base = { property, advisory, counts: countsOf(all) };
  const findings = all.flatMap(findingsOf).toSorted((a, b) => a.atMs - b.atMs);
  const [earliest] = findings;
  if (earliest !== undefined) {
    const kept = findings.slice(0, maxFindings);
    return { ...base, state: 'illegal', first: earliest, findings: kept, total: totalOf(all) };
  }
  const unknown = reasonsOf(all, 'unknown');
  if (unknown !== '') return { ...base, state: 'unknown', reason: unknown };
  if (all.some(({ result }) => result.state === 'legal')) return { ...base, state: 'legal' };
  return { ...base, state: 'not-exercised', reason: reasonsOf(all, 'not-exercised') };
}

function findingsOf({ title, result }: TitledResult): Finding[] {
  if (result.state !== 'illegal') return [];
  return result.findings.map((finding) => ({
    ...finding,
    message: `in ${title}, ${finding.message}`,
  }));
}

function totalOf(all: readonly TitledResult[]): number {
  return all.reduce((sum, { result }) => sum + (result.state === 'illegal' ? result.total : 0), 0);
}

function reasonsOf(all: readonly TitledResult[], state: 'unknown' | 'not-exercised'): string {
  return all
    .flatMap(({ title, result }) =>
      result.state === state ? [`in ${title}, ${result.reason}`] : [],
    )
    .join('; ');
}

function countsOf(all: readonly TitledResult[]): Record<string, number> {
  const sums: Record<string, number> = { epochs: all.length };
  const each: Record<string, number> = {};
  for (const [index, { result }] of all.entries()) {
    for (const [name, amount] of Object.entries(result.counts)) {
      sums[name] = (sums[name] ?? 0) + amount;
      each[`epoch ${index + 1}: ${name}`] = amount;
    }
  }
  return { ...sums, ...each };
}
