import { recordKind } from '../../columns/columns.ts';
import { spendTime } from '../../budget.ts';
import type { Known, Look } from '../checks.ts';
import { judgeEvent } from './event.ts';
import { findMissing, findMissingAt } from './missing.ts';
import type { StreamPass } from './stream-state.ts';

type WatchProperty =
  | `watch.${'ordered' | 'unique' | 'atomic' | 'reliable' | 'resumable'}`
  | `watch.${'bookmarkable' | 'filter' | 'prevkv' | 'is-create'}`;

/** etcd's documented guarantees of a watch, each stream by itself against the log. */
export function lookAtWatches(known: Known): Record<WatchProperty, Look> {
  const { columns, budget } = known.judgement;
  const { replay } = known.byRevision;
  const deliveredOn = new Int32Array(replay.written.length / 2);
  const counts = { streams: columns.streams.length, events: columns.events.count, progress: 0 };
  for (const [index, stream] of columns.streams.entries()) {
    spendTime(budget, 'judging the watches');
    counts.progress += judgeStream({
      known,
      index,
      stream,
      deliveredOn,
      strangers: new Set(),
      highest: -Infinity,
      first: Infinity,
      lastRecord: -1,
      lastWasFragment: false,
      bookmark: -Infinity,
    });
  }
  return looksAt(known, counts);
}

/** Returns how many progress notifications there were. */
function judgeStream(pass: StreamPass): number {
  const { records } = pass.known.judgement.columns;
  const first = records.firstOf[pass.index]!;
  const end = records.firstOf[pass.index + 1]!;
  let progress = 0;
  for (let record = first; record < end; record += 1) {
    if (records.kind[record] === recordKind.progress) {
      noteBookmark(pass, record);
      progress += 1;
    }
    const lastEvent = records.firstEvent[record + 1]!;
    for (let event = records.firstEvent[record]!; event < lastEvent; event += 1) {
      judgeEvent(pass, event, record);
    }
    if (records.kind[record] === recordKind.events) {
      pass.lastWasFragment = records.fragment[record] === 1;
    }
  }
  if (end > first) {
    findMissing(pass, Math.max(pass.highest, pass.bookmark), records.receivedMs[end - 1]!);
  }
  return progress;
}

function noteBookmark(pass: StreamPass, record: number): void {
  const { records, startRevision } = pass.known.judgement.columns;
  const claimed = records.revision[record]!;
  const from = Math.max(pass.bookmark, pass.stream.startRevision - 1, startRevision) + 1;
  findMissingAt(pass, from, claimed, records.receivedMs[record]!);
  pass.bookmark = Math.max(pass.bookmark, claimed);
}

function looksAt(
  known: Known,
  counts: { readonly streams: number; readonly events: number; readonly progress: number },
): Record<WatchProperty, Look> {
  const { columns, lastRevision } = known.judgement;
  const nothing = counts.events === 0 ? 'no watch received an event' : undefined;
  const look = (missing: string | undefined, needsLog = false): Look => {
    const notExercised = nothing ?? missing;
    if (notExercised !== undefined) return { counts, notExercised };
    if (!needsLog || known.byRevision.knownTo >= lastRevision) return { counts };
    const knownTo = known.byRevision.knownTo + columns.baseRevision;
    return { counts, unknown: `what was written after revision ${knownTo} is not known` };
  };
  const resumed = columns.streams.some(({ askedRevision }) => askedRevision !== 0);
  const previous = columns.streams.some(({ prevKv }) => prevKv);
  return {
    'watch.ordered': look(undefined),
    'watch.unique': look(undefined),
    'watch.atomic': look(undefined),
    'watch.reliable': look(undefined, true),
    'watch.resumable': look(resumed ? undefined : 'no watch asked for a revision', true),
    'watch.bookmarkable': look(counts.progress > 0 ? undefined : 'no progress notification came'),
    'watch.filter': look(undefined),
    'watch.prevkv': look(previous ? undefined : 'no watch asked for previous values', true),
    'watch.is-create': look(undefined, true),
  };
}
