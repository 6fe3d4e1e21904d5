import { anything, nothing } from './model.ts';
import { isPlaced, place, remember, slotOf, takeBack, type Search } from './search-state.ts';

/**
 * Algorithm B, Wing and Gong's search with Lowe's cache, for one partition; goes on for at most
 * `steps` steps. Beyond the original: operations that change nothing are placed at once, without
 * alternatives; a state that nobody can produce again is not left while a completed operation needs
 * it; identical unknown operations are taken in order of invocation, and an unknown operation only
 * where what follows depends on it.
 */
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
  if (model.produces[op] === nothing) {
    if (op < completed) place(search, op, state, true);
    return op < completed;
  }
  if (twin[op] !== -1 && !isPlaced(search, twin[op]!)) return false;
  if ((op >= completed && after === state) || isUnmoved(search, op, after)) return false;
  if (after !== state && strands(search, op)) return false;
  place(search, op, after, false);
  if (remember(search)) return true;
  takeBack(search);
  return false;
}

/**
 * Whether the operation placed last is of unknown outcome and made no difference to this one: then
 * it may as well not have happened, and that way is tried too.
 */
function isUnmoved(
  { partition, depth, order, before }: Search,
  op: number,
  after: number,
): boolean {
  const last = depth === 0 ? -1 : order[depth - 1]!;
  return last >= partition.completed && partition.model.step(before[depth - 1]!, op) === after;
}

/** Whether leaving the state strands a completed operation: it needs it, and nobody makes it again. */
function strands({ partition, state, needed, makers }: Search, op: number): boolean {
  const slot = slotOf(state);
  if (slot >= needed.length || needed[slot] === 0) return false;
  if (makers[slotOf(anything)]! > 0 || makers[slot]! > 0) return false;
  const own = op < partition.completed && partition.model.needs[op] === state ? 1 : 0;
  return needed[slot]! > own;
}

/** Undoes the last operation that had alternatives and looks behind it. */
function backtrack(search: Search, blockedBy: number): boolean {
  const { count, next } = search.partition;
  if (blockedBy > count) noteFurthest(search, blockedBy - count - 1);
  while (search.depth > 0) {
    const op = takeBack(search);
    if (op < 0) continue;
    search.entry = next[op + 1]!;
    return true;
  }
  return false;
}

function noteFurthest(search: Search, op: number): void {
  if (search.depth <= search.furthestDepth) return;
  search.furthestDepth = search.depth;
  search.furthest = op;
}
