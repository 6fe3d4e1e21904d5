import { bytes, count, duration } from '../../report/format.ts';
import { visible } from '../../report/visible.ts';
import type { Painter, Style } from '../../reporters/terminal/painter.ts';
import { verdictLines } from '../../reporters/terminal/verdict-lines.ts';
import { hanging, wrapped } from '../../reporters/terminal/wrapped.ts';
import type { ComparedPrefix, Rehearsal } from '../rehearsal.ts';
import { recoveryOf } from '../verdicts/restores.ts';
import { headlineOf } from './headline.ts';

const styles = {
  held: 'green',
  violated: 'red',
  inconclusive: 'yellow',
  error: 'red',
  interrupted: 'yellow',
  unhealed: 'red',
} as const satisfies Record<Rehearsal['outcome'], Style>;

const mostPrefixes = 8;

/** The end of the screen: a line per verdict, the outcome, the figures, where the report is. */
export function closing(
  rehearsal: Rehearsal,
  reportPath: string,
  paint: Painter,
  columns: number | undefined,
): string {
  const { verdicts, outcome, reasons, snapshot, prefixes, warnings, command } = rehearsal;
  const tried = verdicts.filter(({ status }) => status !== 'not-exercised');
  const idle = verdicts.filter(({ status }) => status === 'not-exercised');
  const row = (label: string, text: string): string[] =>
    hanging(`  ${paint('dim', label.padEnd(24))} `, visible(text), columns);
  const [head = '', ...rest] = wrapped(
    `${outcome.toUpperCase()} ${visible(headlineOf(rehearsal))}`,
    '',
    columns,
  );
  return [
    ...warnings.flatMap((text) =>
      hanging(`  ${paint('yellow', 'warning')} `, visible(text), columns),
    ),
    ...tried.map((verdict) => verdictLines(verdict, paint, columns)),
    ...idle.map((verdict) => verdictLines(verdict, paint, columns)),
    '',
    head.replace(/^\S+/, (word) => paint(['bold', styles[outcome]], word)),
    ...rest,
    ...reasons.flatMap((reason) => wrapped(visible(reason), '  ', columns)),
    '',
    ...row('File', `${bytes(snapshot.sizeBytes)}, SHA-256 ${snapshot.sha256}`),
    ...row('Keyspace', keyspaceOf(rehearsal)),
    ...recoveryRow(rehearsal, row),
    ...prefixes
      .slice(0, mostPrefixes)
      .flatMap((prefix, index) => row(index === 0 ? 'Keys by prefix' : '', prefixText(prefix))),
    ...(prefixes.length > mostPrefixes
      ? row('', `… and ${prefixes.length - mostPrefixes} more in the report`)
      : []),
    ...row('Memory of drill', `${bytes(rehearsal.peakMemoryBytes)} at most`),
    '',
    ...row('Report', reportPath),
    ...row('Reproduce', command),
  ].join('\n');
}

function keyspaceOf({ snapshot }: Rehearsal): string {
  const { keys, keyBytes, valueBytes, revision, revisions, tombstones, leases } = snapshot;
  const history = `${count(revisions)} revisions, ${count(tombstones)} of them deletes`;
  return `${count(keys)} keys, ${bytes(keyBytes + valueBytes)}, at revision ${revision} (${history}; ${count(leases)} leases)`;
}

function recoveryRow(
  { phases }: Rehearsal,
  row: (label: string, text: string) => string[],
): string[] {
  const recovery = recoveryOf(phases);
  if (recovery === undefined) return [];
  const parts = recovery.phases.map(
    ({ name, startMs, endMs }) => `${name} ${duration(endMs - startMs)}`,
  );
  return row('RTO by phase', `${duration(recovery.rtoMs)}: ${parts.join(', ')}`);
}

function prefixText({ prefix, keys, bytes: size, served }: ComparedPrefix): string {
  const name = prefix === null ? 'all others' : prefix === '' ? '(without a /)' : prefix;
  const alike = served !== null && served.keys === keys && served.bytes === size;
  const found = served === null ? 'not read' : `${count(served.keys)}, ${bytes(served.bytes)}`;
  const text = alike ? 'served alike' : `served: ${found}`;
  return `${name} ${count(keys)} keys, ${bytes(size)}; ${text}`;
}
