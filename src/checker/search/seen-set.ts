import { OutOfBudget } from '../budget.ts';
import { intBuffer, reserve, type IntBuffer } from '../columns/int-buffer.ts';

/**
 * Which configurations (operations placed, state) the search has been in: exact, in one arena, an
 * open-addressing table of offsets over records of `length, state, words…`.
 */
export interface SeenSet {
  table: Int32Array;
  count: number;
  readonly arena: IntBuffer;
  readonly limitBytes: number;
}

export function seenSet(limitBytes: number): SeenSet {
  return { table: new Int32Array(1 << 8), count: 0, arena: intBuffer(1 << 10), limitBytes };
}

/** Adds the record at the end of the arena, from `start` on; false (and gone again) if known. */
export function addRecord(seen: SeenSet, start: number): boolean {
  const { arena } = seen;
  const slot = findSlot(seen.table, arena, start);
  if (seen.table[slot] !== 0) {
    arena.length = start;
    return false;
  }
  seen.table[slot] = start + 1;
  seen.count += 1;
  if (seen.count * 2 > seen.table.length) grow(seen);
  return true;
}

/** Opens a record of `words` integers behind its length; returns where it starts. */
export function openRecord({ arena, limitBytes }: SeenSet, words: number): number {
  if (arena.length * 4 > limitBytes) {
    const megabytes = Math.round(limitBytes / 2 ** 20);
    throw new OutOfBudget(`the search filled the ${megabytes} MB allowed`);
  }
  const start = reserve(arena, words + 1);
  arena.data[start] = words;
  return start;
}

function findSlot(table: Int32Array, { data }: IntBuffer, start: number): number {
  const words = data[start]!;
  const mask = table.length - 1;
  let slot = hashOf(data, start, words) & mask;
  for (; table[slot] !== 0; slot = (slot + 1) & mask) {
    const other = table[slot]! - 1;
    let same = 0;
    while (same <= words && data[other + same] === data[start + same]) same += 1;
    if (same > words) return slot;
  }
  return slot;
}

function hashOf(data: Int32Array, start: number, words: number): number {
  let hash = 0x9e3779b9;
  for (let at = start; at <= start + words; at += 1) {
    hash = Math.imul(hash ^ data[at]!, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return hash;
}

function grow(seen: SeenSet): void {
  const old = seen.table;
  seen.table = new Int32Array(old.length * 4);
  for (const offset of old) {
    if (offset !== 0) seen.table[findSlot(seen.table, seen.arena, offset - 1)] = offset;
  }
}
