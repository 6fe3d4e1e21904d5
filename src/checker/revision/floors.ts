import { opKind, opStatus, type Columns } from '../columns/columns.ts';

/**
 * What real time says about revisions: an operation invoked after another returned with revision r
 * cannot be at less than r. `floor[i]` is the highest revision returned before i was invoked and
 * `witness[i]` the operation that returned it (-1: the start). Intervals are closed, so a return at
 * the very instant of an invocation is concurrent with it.
 */
export interface Floors {
  readonly floor: Int32Array;
  readonly witness: Int32Array;
}

export function findFloors(columns: Columns, counts: (op: number) => boolean): Floors {
  const { count, invokedMs, returnedMs, revision, startRevision } = columns;
  const order = byReturn(columns, counts);
  const times = new Float64Array(order.length);
  const highest = new Int32Array(order.length);
  const holder = new Int32Array(order.length);
  let best = startRevision;
  let bestAt = -1;
  for (let place = 0; place < order.length; place += 1) {
    const op = order[place]!;
    times[place] = returnedMs[op]!;
    if (revision[op]! > best) {
      best = revision[op]!;
      bestAt = op;
    }
    highest[place] = best;
    holder[place] = bestAt;
  }
  const floor = new Int32Array(count).fill(startRevision);
  const witness = new Int32Array(count).fill(-1);
  let near = 0;
  for (let op = 0; op < count; op += 1) {
    near = countBefore(times, invokedMs[op]!, near);
    if (near === 0) continue;
    floor[op] = highest[near - 1]!;
    witness[op] = holder[near - 1]!;
  }
  return { floor, witness };
}

/** Whose header's revision bounds others: keep-alives are answered by the leader's lessor, not by raft. */
export function boundsOthers({ status, kind }: Columns, op: number): boolean {
  return (
    status[op] === opStatus.ok &&
    kind[op] !== opKind.keepalive &&
    kind[op] !== opKind.serializableRange
  );
}

/** Histories are recorded in the order of returns, so sorting is rarely needed. */
function byReturn({ count, returnedMs }: Columns, counts: (op: number) => boolean): Int32Array {
  const order = new Int32Array(count);
  let length = 0;
  let sorted = true;
  let latestMs = -Infinity;
  for (let op = 0; op < count; op += 1) {
    if (!counts(op)) continue;
    sorted &&= returnedMs[op]! >= latestMs;
    latestMs = returnedMs[op]!;
    order[length] = op;
    length += 1;
  }
  const used = order.subarray(0, length);
  return sorted ? used : used.toSorted((a, b) => returnedMs[a]! - returnedMs[b]!);
}

/** How many of the sorted `times` lie before `timeMs`, found by galloping from the last answer. */
function countBefore(times: Float64Array, timeMs: number, near: number): number {
  let low = near;
  let high = near;
  for (let step = 1; low > 0 && times[low - 1]! >= timeMs; step *= 2) {
    high = low;
    low = Math.max(0, low - step);
  }
  for (let step = 1; high < times.length && times[high]! < timeMs; step *= 2) {
    low = high + 1;
    high = Math.min(times.length, high + step);
  }
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
