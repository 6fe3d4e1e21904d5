import { textOf } from '../../describe.ts';
import { told } from '../../explain.ts';
import { report } from '../../findings.ts';
import { boundsOthers } from '../../revision/floors.ts';
import type { Known, Look } from '../checks.ts';

/**
 * Advisory: an event of revision r was received, then an operation that was invoked later returned
 * less. etcd promises nothing across watch and read, but applications assume it.
 */
export function lookAtWatchAheadOfRead({ judgement }: Known): { 'watch.ahead-of-read': Look } {
  const { columns, findings } = judgement;
  const { times, highest, holder } = receivedInOrder(judgement);
  let operations = 0;
  for (let op = 0; op < columns.count; op += 1) {
    if (!boundsOthers(columns, op)) continue;
    operations += 1;
    const before = countBefore(times, columns.invokedMs[op]!);
    if (before === 0 || columns.revision[op]! >= highest[before - 1]!) continue;
    report(findings['watch.ahead-of-read'], 'watch-ahead', [op], columns.returnedMs[op]!, () => {
      const event = holder[before - 1]!;
      const key = textOf(columns.keys[columns.events.key[event]!]);
      const revision = highest[before - 1]! + columns.baseRevision;
      return `${told(columns, op)}, after a watcher had been sent ${key} at revision ${revision}`;
    });
  }
  const counts = { operations, events: columns.events.count };
  const notExercised = 'no operation was invoked after a watched event';
  const exercised = operations > 0 && columns.events.count > 0;
  return { 'watch.ahead-of-read': exercised ? { counts } : { counts, notExercised } };
}

/** Times of arrival of events, with the highest revision received up to each. */
function receivedInOrder({ columns, lastRevision }: Known['judgement']) {
  const { records, events } = columns;
  const order = Int32Array.from(records.receivedMs.keys()).toSorted(
    (a, b) => records.receivedMs[a]! - records.receivedMs[b]!,
  );
  const times = Float64Array.from(order, (record) => records.receivedMs[record]!);
  const highest = new Int32Array(order.length);
  const holder = new Int32Array(order.length);
  let best = 0;
  let bestEvent = -1;
  for (const [place, record] of order.entries()) {
    const end = records.firstEvent[record + 1]!;
    for (let event = records.firstEvent[record]!; event < end; event += 1) {
      const revision = events.revision[event]!;
      if (revision <= best || revision > lastRevision) continue;
      best = revision;
      bestEvent = event;
    }
    highest[place] = best;
    holder[place] = bestEvent;
  }
  return { times, highest, holder };
}

function countBefore(times: Float64Array, timeMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
