import {
  type RestoreKill,
  type RestorePhase,
  restorePhases,
} from '../test/fixtures/restore-kill.ts';

const atLeast = 2;

/** Enough kills, and enough of them in every phase. */
export function isDone(kills: readonly RestoreKill[], count: number): boolean {
  const fewest = Math.min(...restorePhases.map((phase) => killsIn(kills, phase).length));
  return kills.length >= count && fewest >= atLeast;
}

/** The phase that was met least so far. */
export function nextPhase(kills: readonly RestoreKill[]): RestorePhase {
  const [first] = restorePhases.toSorted(
    (a, b) => killsIn(kills, a).length - killsIn(kills, b).length,
  );
  return first ?? 'restore';
}

/** A Markdown table: a row per phase that a runner died in. */
export function restoreTable(kills: readonly RestoreKill[]): string {
  const phases = [...new Set([...restorePhases, ...kills.map(({ phase }) => phase)])];
  const row = (name: string, own: readonly RestoreKill[]): string => {
    const intact = own.filter(({ damaged }) => damaged === '').length;
    const clean = own.filter(({ left }) => left.length === 0).length;
    return `| ${name} | ${own.length} | ${intact} | ${clean} |`;
  };
  return [
    '| phase | killed | backup intact | nothing left |',
    '| --- | --: | --: | --: |',
    ...phases.map((phase) => row(phase, killsIn(kills, phase))),
    row('all', kills),
  ].join('\n');
}

function killsIn(kills: readonly RestoreKill[], wanted: string): RestoreKill[] {
  return kills.filter(({ phase }) => phase === wanted);
}
