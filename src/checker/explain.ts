import { opStatus, type Columns } from './columns/columns.ts';
import { describe, textOf } from './describe.ts';

/** A value as it was seen: by the read in row `reader`, or in the watch event `event`. */
export interface Sighting {
  readonly key: number;
  readonly value: number;
  /** The modification revision it was seen with. */
  readonly revision: number;
  readonly reader: number;
  readonly event: number;
}

/** What a client was told, e.g. `client 7 read x=41 at revision 118`. */
export function told(columns: Columns, op: number): string {
  return describe(columns, op, 'past');
}

/** Two operations that real time orders one way and revisions the other. */
export function tellTogether(columns: Columns, op: number, witness: number): string {
  if (witness === -1) return `${told(columns, op)}, below the revision the history starts from`;
  const earlierMs = columns.invokedMs[op]! - columns.returnedMs[witness]!;
  return `${told(columns, op)}, after ${describe(columns, witness, 'pluperfect')}, ${milliseconds(earlierMs)} earlier`;
}

export function tellCollision(columns: Columns, first: number, second: number): string {
  return `${told(columns, second)}, but ${describe(columns, first, 'pluperfect')}: one revision holds one write`;
}

export function tellPhantom(columns: Columns, sighting: Sighting): string {
  return `${seen(columns, sighting)}, which nobody had written`;
}

export function tellFailedVisible(columns: Columns, op: number, sighting: Sighting): string {
  return `${seen(columns, sighting)}, although ${describe(columns, op, 'past')}`;
}

export function tellAppliedTwice(
  columns: Columns,
  op: number,
  first: number,
  sighting: Sighting,
): string {
  const again = `${seen(columns, sighting)}, although the same write`;
  return `${again} (client ${columns.client[op]}) had taken effect at revision ${first + columns.baseRevision}`;
}

export function tellTooEarly(
  columns: Columns,
  op: number,
  witness: number,
  sighting: Sighting,
): string {
  const start = 'the history started from there';
  const before = witness === -1 ? start : describe(columns, witness, 'pluperfect');
  return `${seen(columns, sighting)}, but client ${columns.client[op]} sent that write only after ${before}`;
}

/** `client 7 read x=41 with revision 118`, or what a watcher was sent. */
export function seen(columns: Columns, sighting: Sighting): string {
  const { key, value, revision, reader } = sighting;
  const what = `${textOf(columns.keys[key])}=${textOf(columns.values[value])}`;
  const by = reader === -1 ? 'a watcher was sent' : `client ${columns.client[reader]} read`;
  return `${by} ${what}, written at revision ${revision + columns.baseRevision}`;
}

/** When an operation's effect was known at the latest: its return, else its invocation. */
export function knownMs({ status, returnedMs, invokedMs }: Columns, op: number): number {
  return status[op] === opStatus.unknown ? invokedMs[op]! : returnedMs[op]!;
}

function milliseconds(durationMs: number): string {
  return `${durationMs >= 10 ? Math.round(durationMs) : Number(durationMs.toPrecision(2))} ms`;
}
