import type { Model } from './model.ts';

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
  const byCall = (a: number, b: number) => intervals[a]!.invoked - intervals[b]!.invoked;
  const isUnknown = (row: number) => intervals[row]!.returned === Infinity;
  const known = rows.filter((row) => !isUnknown(row)).toSorted(byCall);
  const unknown = rows.filter(isUnknown).toSorted(byCall);
  const order = [...known, ...unknown];
  const count = order.length;
  return {
    model: build(order),
    count,
    completed: known.length,
    ...linked(order, intervals, known.length),
    twin: twins(order, known.length, sameEffect),
    rows: Int32Array.from(order),
  };
}

/** A doubly linked list of calls and returns; entry 0 is its head, and 0 ends it. */
function linked(order: readonly number[], intervals: readonly Interval[], completed: number) {
  const count = order.length;
  const timeOf = (entry: number) =>
    entry <= count
      ? intervals[order[entry - 1]!]!.invoked
      : intervals[order[entry - count - 1]!]!.returned;
  const entries = Array.from({ length: count + completed }, (_, index) => index + 1);
  entries.sort((a, b) => timeOf(a) - timeOf(b) || Number(a > count) - Number(b > count) || a - b);
  const next = new Int32Array(2 * count + 1);
  const previous = new Int32Array(2 * count + 1);
  let last = 0;
  for (const entry of entries) {
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
  return Int32Array.from(order, (row, op) => {
    if (op < completed) return -1;
    const effect = sameEffect(row);
    const twin = latest.get(effect) ?? -1;
    latest.set(effect, op);
    return twin;
  });
}
