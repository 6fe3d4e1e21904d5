import type { FaultKind } from '../../src/faults/kind.ts';
import { type Cell, type Way, ways } from './cell.ts';

/** The cells of the faults that were tried, by fault and way. */
export type FaultTable = ReadonlyMap<FaultKind, ReadonlyMap<Way, Cell>>;

/** As Markdown: a row per fault, how long each way took, and how many cells were executed and refused. */
export function printTable(host: string, table: FaultTable): string {
  const rows = [...table].map(([{ name, undo }, cells]) => [
    name,
    undo,
    ...ways.map((way) => shown(cells.get(way))),
  ]);
  const all = [...table.values()].flatMap((cells) => [...cells.values()]);
  const count = (...states: Cell['state'][]): number =>
    all.filter(({ state }) => states.includes(state)).length;
  return [
    ...[
      [`fault on ${host}`, 'undo', ...ways],
      ['---', '---', ...ways.map(() => '--:')],
      ...rows,
    ].map((row) => `| ${row.join(' | ')} |`),
    `${count('healed', 'failed')} cells executed, ${count('failed')} of them failed; ${count('refused')} refused; ${count('stays')} of faults that nothing takes back`,
  ].join('\n');
}

function shown(cell: Cell | undefined): string {
  if (cell === undefined) return '–';
  return cell.state === 'healed' ? `${(cell.ms / 1000).toFixed(1)} s` : cell.state;
}
