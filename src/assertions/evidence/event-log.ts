import type { WatchEvent, WatchRecord } from '../../history/operation.ts';

/** What the watchers of all members saw, merged by revision. */
export interface EventLog {
  /** The changes made at each revision that any watcher saw. */
  readonly events: ReadonlyMap<number, readonly WatchEvent[]>;
  /** Revisions whose every change some watcher of the whole keyspace must have seen. */
  readonly covered: readonly Interval[];
  /** Revisions at which two watchers saw different things of one key. */
  readonly contradictions: readonly string[];
}

/** Both ends included. */
export interface Interval {
  readonly from: number;
  readonly through: number;
}

/** Merges the watch records of one epoch in one pass. */
export function eventLog(watchRecords: Iterable<WatchRecord>): EventLog {
  const events = new Map<number, WatchEvent[]>();
  const contradictions: string[] = [];
  const streams = new Map<string, { from: number; through: number }>();
  for (const record of watchRecords) {
    if (record.kind === 'created') open(streams, record);
    for (const event of record.events) {
      const contradiction = add(events, event, record.member);
      if (contradiction !== undefined) contradictions.push(contradiction);
    }
    advance(streams, record);
  }
  return { events, covered: union([...streams.values()]), contradictions };
}

/** Whether the log must hold whatever happened at `revision`. */
export function covers({ covered }: EventLog, revision: number): boolean {
  return covered.some(({ from, through }) => from <= revision && revision <= through);
}

export function revisionOf(event: WatchEvent): number {
  return event.type === 'put' ? event.kv.modRevision : event.modRevision;
}

export function keyOf(event: WatchEvent): string {
  return event.type === 'put' ? event.kv.key : event.key;
}

/** Only a stream over the whole keyspace proves that nothing happened where it shows nothing. */
function open(
  streams: Map<string, { from: number; through: number }>,
  { stream, request, revision }: WatchRecord,
): void {
  if (request === undefined || request.key !== '\0' || request.end !== '\0') return;
  // Without a start a watch begins after the revision of its own creation.
  const from =
    request.startRevision === undefined || request.startRevision === 0
      ? revision + 1
      : request.startRevision;
  streams.set(stream, { from, through: from - 1 });
}

/** A progress answer promises everything up to its revision, an event only what came up to itself. */
function advance(
  streams: Map<string, { from: number; through: number }>,
  record: WatchRecord,
): void {
  const stream = streams.get(record.stream);
  if (stream === undefined) return;
  const last = record.events.at(-1);
  const seen = last === undefined ? 0 : revisionOf(last);
  // The rest of a revision may come in the next fragment.
  const through = record.fragment === true ? seen - 1 : seen;
  stream.through = Math.max(stream.through, record.kind === 'progress' ? record.revision : through);
}

function add(
  events: Map<number, WatchEvent[]>,
  event: WatchEvent,
  member: string,
): string | undefined {
  const revision = revisionOf(event);
  const present = events.get(revision);
  if (present === undefined) {
    events.set(revision, [event]);
    return undefined;
  }
  const same = present.find((other) => keyOf(other) === keyOf(event));
  if (same === undefined) {
    present.push(event);
    return undefined;
  }
  const equal =
    same.type === event.type &&
    (same.type !== 'put' || event.type !== 'put' || same.kv.value === event.kv.value);
  return equal
    ? undefined
    : `members differ at revision ${revision}: the watch on ${member} saw ${describeEvent(event)}, another ${describeEvent(same)}`;
}

/** `a put of "k/3" = "v1"`, `a delete of "k/3"`. */
export function describeEvent(event: WatchEvent): string {
  return event.type === 'put'
    ? `a put of ${JSON.stringify(event.kv.key)} = ${JSON.stringify(clip(event.kv.value))}`
    : `a delete of ${JSON.stringify(event.key)}`;
}

function clip(value: string): string {
  return value.length <= 40 ? value : `${value.slice(0, 40)}…`;
}

function union(intervals: readonly Interval[]): Interval[] {
  const merged: { from: number; through: number }[] = [];
  for (const { from, through } of intervals.toSorted((one, other) => one.from - other.from)) {
    if (through < from) continue;
    const last = merged.at(-1);
    if (last !== undefined && from <= last.through + 1) {
      last.through = Math.max(last.through, through);
    } else {
      merged.push({ from, through });
    }
  }
  return merged;
}
