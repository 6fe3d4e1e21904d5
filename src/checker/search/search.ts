import { intBuffer, push, type IntBuffer } from '../columns/int-buffer.ts';
import type { Partition } from './partition.ts';
import { addRecord, openRecord, seenSet, type SeenSet } from './seen-set.ts';

/**
 * Algorithm B, Wing and Gong's search with Lowe's cache, for one partition; it can be stopped and
 * gone on with. Beyond the original: operations that change nothing are placed at once, without
 * alternatives; a state that nobody can produce again is not left while a completed operation needs
 * it; identical unknown operations are taken in order of invocation.
 */
export interface Search {
  readonly partition: Partition;
  state: number;
  /** The entry looked at next. */
  entry: number;
  /** Completed operations not placed yet. */
  left: number;
  readonly placed: Int32Array;
  /** `operation, state before` of each placed operation; `~operation` has no alternatives. */
  readonly stack: IntBuffer;
  readonly seen: SeenSet;
  /** Per state: completed operations not placed that need it, operations not placed that make it. */
  readonly needed: Map<number, number>;
  readonly makers: Map<number, number>;
  /** The furthest return the search was stopped by, as an operation. */
  furthest: number;
  furthestDepth: number;
}

export function startSearch(partition: Partition, limitBytes: number): Search {
  const { count, completed, model, next } = partition;
  const needed = new Map<number, number>();
  const makers = new Map<number, number>();
  for (let op = 0; op < count; op += 1) {
    if (op < completed) adjust(needed, model.needs(op), 1);
    adjust(makers, model.produces(op), 1);
  }
  return {
    partition,
    state: model.initial,
    entry: next[0]!,
    left: completed,
    placed: new Int32Array((completed >> 5) + 1 + ((count - completed) >> 5) + 1),
    stack: intBuffer(2 * count + 2),
    seen: seenSet(limitBytes),
    needed,
    makers,
    furthest: -1,
    furthestDepth: -1,
  };
}

/** Goes on for at most `steps` steps. */
export function advance(search: Search, steps: number): 'legal' | 'illegal' | 'more' {
  const { next, count } = search.partition;
  for (let step = 0; step < steps; step += 1) {
    if (search.left === 0) return 'legal';
    const { entry } = search;
    if (entry !== 0 && entry <= count) {
      search.entry = tryCall(search, entry - 1) ? next[0]! : next[entry]!;
    } else if (!backtrack(search, entry)) return 'illegal';
  }
  return 'more';
}

function tryCall(search: Search, op: number): boolean {
  const { partition, state } = search;
  const { model, twin, completed } = partition;
  const after = model.step(state, op);
  if (after === -1) return false;
  if (model.isPure(op)) {
    if (op < completed) place(search, op, state, true);
    return op < completed;
  }
  if (twin[op] !== -1 && !isPlaced(search, twin[op]!)) return false;
  if (after !== state && strands(search, op)) return false;
  place(search, op, after, false);
  if (remember(search)) return true;
  takeBack(search);
  return false;
}

/** Whether leaving the state strands a completed operation: it needs it, and nobody makes it again. */
function strands({ partition, state, needed, makers }: Search, op: number): boolean {
  const needing = needed.get(state) ?? 0;
  if (needing === 0 || (makers.get(-1) ?? 0) > 0 || (makers.get(state) ?? 0) > 0) return false;
  const own = op < partition.completed && partition.model.needs(op) === state ? 1 : 0;
  return needing > own;
}

/** Undoes the last operation that had alternatives and looks behind it. */
function backtrack(search: Search, blockedBy: number): boolean {
  const { stack, partition } = search;
  if (blockedBy > partition.count) noteFurthest(search, blockedBy - partition.count - 1);
  while (stack.length > 0) {
    const op = takeBack(search);
    if (op < 0) continue;
    search.entry = partition.next[op + 1]!;
    return true;
  }
  return false;
}

function noteFurthest(search: Search, op: number): void {
  if (search.stack.length <= search.furthestDepth) return;
  search.furthestDepth = search.stack.length;
  search.furthest = op;
}

function place(search: Search, op: number, after: number, forced: boolean): void {
  const { stack, partition, needed, makers } = search;
  const { model, completed, count } = partition;
  push(stack, forced ? ~op : op);
  push(stack, search.state);
  search.state = after;
  setBit(search, op);
  unlink(partition, op + 1);
  adjust(makers, model.produces(op), -1);
  if (op >= completed) return;
  unlink(partition, count + op + 1);
  search.left -= 1;
  adjust(needed, model.needs(op), -1);
}

/** Returns the operation taken back, or its complement where it had no alternatives. */
function takeBack(search: Search): number {
  const { stack, partition, needed, makers } = search;
  const { model, completed, count } = partition;
  search.state = stack.data[stack.length - 1]!;
  const marked = stack.data[stack.length - 2]!;
  stack.length -= 2;
  const op = marked < 0 ? ~marked : marked;
  if (op < completed) {
    relink(partition, count + op + 1);
    search.left += 1;
    adjust(needed, model.needs(op), 1);
  }
  relink(partition, op + 1);
  adjust(makers, model.produces(op), 1);
  setBit(search, op);
  return marked;
}

/** The configuration as a window: from the first completed operation not placed to the last placed. */
function remember(search: Search): boolean {
  const { partition, placed, seen, state } = search;
  const split = (partition.completed >> 5) + 1;
  let first = 0;
  while (first < split && placed[first] === -1) first += 1;
  let last = split - 1;
  while (last > first && placed[last] === 0) last -= 1;
  const window = last - first + 1;
  const unknown = partition.count > partition.completed ? placed.length - split : 0;
  const start = openRecord(seen, 2 + window + unknown);
  const { data } = seen.arena;
  data[start + 1] = state;
  data[start + 2] = first;
  for (let word = 0; word < window; word += 1) data[start + 3 + word] = placed[first + word]!;
  for (let word = 0; word < unknown; word += 1) {
    data[start + 3 + window + word] = placed[split + word]!;
  }
  return addRecord(seen, start);
}

/** Completed operations fill the first words, unknown ones the rest. */
function setBit({ placed, partition }: Search, op: number): void {
  placed[wordOf(partition, op)]! ^= 1 << bitOf(partition, op);
}

function isPlaced({ placed, partition }: Search, op: number): boolean {
  return ((placed[wordOf(partition, op)]! >>> bitOf(partition, op)) & 1) === 1;
}

function wordOf({ completed }: Partition, op: number): number {
  return op < completed ? op >> 5 : (completed >> 5) + 1 + ((op - completed) >> 5);
}

function bitOf({ completed }: Partition, op: number): number {
  return (op < completed ? op : op - completed) & 31;
}

function unlink({ next, previous }: Partition, entry: number): void {
  next[previous[entry]!] = next[entry]!;
  previous[next[entry]!] = previous[entry]!;
}

function relink({ next, previous }: Partition, entry: number): void {
  next[previous[entry]!] = entry;
  previous[next[entry]!] = entry;
}

function adjust(counts: Map<number, number>, state: number, change: number): void {
  counts.set(state, (counts.get(state) ?? 0) + change);
}
