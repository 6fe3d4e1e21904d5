import { kvWords, recordKind, type Columns, type Stream } from '../columns/columns.ts';
import { intBuffer, reserve, type IntBuffer } from '../columns/int-buffer.ts';
import { forEachPut } from './writers.ts';

/**
 * The event log as the watchers of the whole keyspace saw it: for each revision the different
 * groups of events delivered for it (one, unless streams disagree), most often seen first asked.
 */
export interface WatchLog {
  /** First group of each revision, -1 where no whole-keyspace watcher delivered anything. */
  readonly head: Int32Array;
  /** `first event, events, next group (-1 = none), times seen` of each group. */
  readonly groups: IntBuffer;
  /** How many whole-keyspace watchers cover each revision: started by it and delivered past it. */
  readonly coverage: Int32Array;
  readonly wholeStreams: readonly number[];
}

const groupWords = 4;

export function mergeWatchers(columns: Columns, lastRevision: number): WatchLog {
  const wholeStreams = findWholeStreams(columns);
  const log: WatchLog = {
    head: new Int32Array(lastRevision + 2).fill(-1),
    groups: intBuffer(),
    coverage: new Int32Array(lastRevision + 2),
    wholeStreams,
  };
  const reached = collectGroups(columns, log, lastRevision);
  for (const stream of wholeStreams) {
    const from = Math.max(columns.streams[stream]!.startRevision, columns.startRevision + 1);
    const to = Math.min(reached[stream]!, lastRevision);
    for (let revision = from; revision <= to; revision += 1) log.coverage[revision]! += 1;
  }
  return log;
}

/** The group seen most often at a revision, or -1. */
export function likeliestGroup({ head, groups }: WatchLog, revision: number): number {
  let best = head[revision] ?? -1;
  if (best === -1 || groups.data[best + 2] === -1) return best;
  for (let at = best; at !== -1; at = groups.data[at + 2]!) {
    if (groups.data[at + 3]! > groups.data[best + 3]!) best = at;
  }
  return best;
}

/** Watches that see every key this history can write. */
function findWholeStreams(columns: Columns): number[] {
  if (columns.streams.length === 0) return [];
  let lowest = columns.keys.length;
  let highest = -1;
  const see = (key: number) => {
    lowest = Math.min(lowest, key);
    highest = Math.max(highest, key);
  };
  for (let at = 0; at < columns.initial.length; at += kvWords) see(columns.initial[at]!);
  for (let op = 0; op < columns.count; op += 1) {
    forEachPut(columns, op, (node) => see(columns.words[node + 1]!));
  }
  const whole = ({ lo, hi, created }: Stream) => created && lo <= lowest && hi > highest;
  return [...columns.streams.keys()].filter((stream) => whole(columns.streams[stream]!));
}

/** Adds the runs of equal revision of each whole watch; returns how far each watch got. */
function collectGroups(columns: Columns, log: WatchLog, lastRevision: number): Int32Array {
  const { records, events } = columns;
  const reached = new Int32Array(columns.streams.length);
  for (const stream of log.wholeStreams) {
    const firstRecord = records.firstOf[stream]!;
    const endRecord = records.firstOf[stream + 1]!;
    for (let record = firstRecord; record < endRecord; record += 1) {
      if (records.kind[record] !== recordKind.progress) continue;
      reached[stream] = Math.max(reached[stream]!, records.revision[record]!);
    }
    const end = records.firstEvent[endRecord]!;
    for (let event = records.firstEvent[firstRecord]!; event < end;) {
      const revision = events.revision[event]!;
      let next = event + 1;
      while (next < end && events.revision[next] === revision) next += 1;
      reached[stream] = Math.max(reached[stream]!, revision);
      if (revision > 0 && revision <= lastRevision) {
        addGroup(log, events, revision, event, next - event);
      }
      event = next;
    }
  }
  return reached;
}

/** A group that is already known is only counted. */
function addGroup(
  { head, groups }: WatchLog,
  events: Columns['events'],
  revision: number,
  first: number,
  count: number,
): void {
  for (let at = head[revision]!; at !== -1; at = groups.data[at + 2]!) {
    if (!sameEvents(events, groups.data[at]!, groups.data[at + 1]!, first, count)) continue;
    groups.data[at + 3]! += 1;
    return;
  }
  const at = reserve(groups, groupWords);
  groups.data[at] = first;
  groups.data[at + 1] = count;
  groups.data[at + 2] = head[revision]!;
  groups.data[at + 3] = 1;
  head[revision] = at;
}

function sameEvents(
  events: Columns['events'],
  first: number,
  count: number,
  otherFirst: number,
  otherCount: number,
): boolean {
  if (count !== otherCount) return false;
  for (let index = 0; index < count; index += 1) {
    const a = first + index;
    const b = otherFirst + index;
    if (events.key[a] !== events.key[b] || events.value[a] !== events.value[b]) return false;
    if (events.lease[a] !== events.lease[b]) return false;
  }
  return true;
}
