import { nothing } from './model.ts';
import type { Partition } from './partition.ts';
import { addRecord, openRecord, seenSet, type SeenSet } from './seen-set.ts';

/** How far the search of one partition has come. */
export interface Search {
  readonly partition: Partition;
  state: number;
  /** The entry looked at next. */
  entry: number;
  /** Completed operations not placed yet. */
  left: number;
  /** A bit per operation; completed ones fill the first words, unknown ones the rest. */
  readonly placed: Int32Array;
  /** Of the completed ones' words: all before the first are full, all after the last are empty. */
  firstWord: number;
  lastWord: number;
  /** The operations placed, first to last; `~operation` has no alternatives. */
  readonly order: Int32Array;
  /** The state before each of them. */
  readonly before: Int32Array;
  depth: number;
  readonly seen: SeenSet;
  /** Completed operations not placed that need a state, operations not placed that make it; by `slotOf`. */
  readonly needed: Int32Array;
  readonly makers: Int32Array;
  /** The furthest return the search was stopped by, as an operation. */
  furthest: number;
  furthestDepth: number;
}

export function startSearch(partition: Partition, limitBytes: number): Search {
  const { count, completed, model, next } = partition;
  const { needed, makers } = countStates(partition);
  return {
    partition,
    state: model.initial,
    entry: next[0]!,
    left: completed,
    placed: new Int32Array(completedWords(partition) + ((count - completed) >> 5) + 1),
    firstWord: 0,
    lastWord: 0,
    order: new Int32Array(count),
    before: new Int32Array(count),
    depth: 0,
    seen: seenSet(limitBytes),
    needed,
    makers,
    furthest: -1,
    furthestDepth: -1,
  };
}

function countStates({ count, completed, model: { needs, produces } }: Partition) {
  let highest = 0;
  for (let op = 0; op < count; op += 1) highest = Math.max(highest, needs[op]!, produces[op]!);
  const needed = new Int32Array(slotOf(highest) + 1);
  const makers = new Int32Array(slotOf(highest) + 1);
  for (let op = 0; op < count; op += 1) {
    if (op < completed) needed[slotOf(needs[op]!)]! += 1;
    makers[slotOf(produces[op]!)]! += 1;
  }
  return { needed, makers };
}

/** Where a state is counted; `nothing` and `anything` lie below the states. */
export function slotOf(state: number): number {
  return state - nothing;
}

/** Places an operation; `forced` where there is no alternative to it. */
export function place(search: Search, op: number, after: number, forced: boolean): void {
  const { partition, needed, makers, depth } = search;
  const { model, completed, count } = partition;
  search.order[depth] = forced ? ~op : op;
  search.before[depth] = search.state;
  search.depth = depth + 1;
  search.state = after;
  flipBit(search, op);
  unlink(partition, op + 1);
  makers[slotOf(model.produces[op]!)]! -= 1;
  if (op >= completed) return;
  unlink(partition, count + op + 1);
  search.left -= 1;
  search.lastWord = Math.max(search.lastWord, op >> 5);
  needed[slotOf(model.needs[op]!)]! -= 1;
}

/** Undoes the last placement; returns the operation, or its complement where it had no alternative. */
export function takeBack(search: Search): number {
  const { partition, needed, makers } = search;
  const { model, completed, count } = partition;
  search.depth -= 1;
  search.state = search.before[search.depth]!;
  const marked = search.order[search.depth]!;
  const op = marked < 0 ? ~marked : marked;
  if (op < completed) {
    relink(partition, count + op + 1);
    search.left += 1;
    search.firstWord = Math.min(search.firstWord, op >> 5);
    needed[slotOf(model.needs[op]!)]! += 1;
  }
  relink(partition, op + 1);
  makers[slotOf(model.produces[op]!)]! += 1;
  flipBit(search, op);
  return marked;
}

/**
 * Notes the configuration, as a window from the first completed operation not placed to the last
 * one placed; false where the search has been there before.
 */
export function remember(search: Search): boolean {
  const { partition, placed, seen, state } = search;
  const split = completedWords(partition);
  let first = search.firstWord;
  while (first < split && placed[first] === -1) first += 1;
  search.firstWord = first;
  let last = search.lastWord;
  while (last > first && placed[last] === 0) last -= 1;
  search.lastWord = last;
  const window = Math.max(0, last - first + 1);
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

export function isPlaced({ placed, partition }: Search, op: number): boolean {
  return ((placed[wordOf(partition, op)]! >>> bitOf(partition, op)) & 1) === 1;
}

function flipBit({ placed, partition }: Search, op: number): void {
  placed[wordOf(partition, op)]! ^= 1 << bitOf(partition, op);
}

function wordOf(partition: Partition, op: number): number {
  const { completed } = partition;
  return op < completed ? op >> 5 : completedWords(partition) + ((op - completed) >> 5);
}

function completedWords({ completed }: Partition): number {
  return (completed >> 5) + 1;
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
