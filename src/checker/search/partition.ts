import type { Model } from './model.ts';
import { orderOf } from './order-of.ts';

/** One object's operations laid out for the search, completed ones first, both by invocation. */
export interface Partition {
  readonly model: Model;
  readonly count: number;
  readonly completed: number;
  /** Entries in order of time: an operation's call is its number + 1, its return `count` + that. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** Per operation: the one before it (by invocation) that is unknown and does the same, or -1. */
  readonly twin: Int32Array;
  /** Row in the caller's list of each operation. */
  readonly rows: Int32Array;
}

/** The time of one operation; `returned` Infinity is an unknown outcome. */
export interface Interval {
  readonly invoked: number;
  readonly returned: number;
}

/**
 * `sameEffect` names what an unknown operation does, so identical ones are told; `model` is built
 * for the operations in the order given by `rows`.
 */
export function partitionOf(
  rows: readonly number[],
  intervals: readonly Interval[],
  build: (rows: readonly number[]) => Model,
  sameEffect: (row: number) => string,
): Partition {
  const known: number[] = [];
  const unknown: number[] = [];
  for (const row of rows) (intervals[row]!.returned === Infinity ? unknown : known).push(row);
  const order = [...byInvocation(known, intervals), ...byInvocation(unknown, intervals)];
  return {
    model: build(order),
    count: order.length,
    completed: known.length,
    ...linked(order, intervals, known.length),
    twin: twins(order, known.length, sameEffect),
    rows: Int32Array.from(order),
  };
}

function byInvocation(rows: readonly number[], intervals: readonly Interval[]): number[] {
  const invoked = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) invoked[at] = intervals[rows[at]!]!.invoked;
  return Array.from(orderOf(invoked), (at) => rows[at]!);
}

/** A doubly linked list of calls and returns; entry 0 is its head, and 0 ends it. */
function linked(order: readonly number[], intervals: readonly Interval[], completed: number) {
  const count = order.length;
  const invoked = new Float64Array(count);
  const returned = new Float64Array(completed);
  for (let op = 0; op < count; op += 1) {
    invoked[op] = intervals[order[op]!]!.invoked;
    if (op < completed) returned[op] = intervals[order[op]!]!.returned;
  }
  const calls = orderOf(invoked);
  const returns = orderOf(returned);
  const next = new Int32Array(2 * count + 1);
  const previous = new Int32Array(2 * count + 1);
  let last = 0;
  for (let call = 0, end = 0; call < count || end < completed;) {
    // Closed intervals: of a call and a return at one instant the call comes first.
    const isCall =
      call < count && (end === completed || invoked[calls[call]!]! <= returned[returns[end]!]!);
    const entry = isCall ? calls[call]! + 1 : count + returns[end]! + 1;
    if (isCall) call += 1;
    else end += 1;
    next[last] = entry;
    previous[entry] = last;
    last = entry;
  }
  previous[0] = last;
  return { next, previous };
}

function twins(
  order: readonly number[],
  completed: number,
  sameEffect: (row: number) => string,
): Int32Array {
  const latest = new Map<string, number>();
  const twin = new Int32Array(order.length).fill(-1);
  for (let op = completed; op < order.length; op += 1) {
    const effect = sameEffect(order[op]!);
    twin[op] = latest.get(effect) ?? -1;
    latest.set(effect, op);
  }
  return twin;
}
