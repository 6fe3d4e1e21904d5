import {
  compareTarget,
  kvWords,
  nodeWords,
  opKind,
  relation,
  txnHeadWords,
  type Columns,
} from '../columns/columns.ts';
import { lowestOperand } from '../columns/encode-operation.ts';
import { compareBytes } from '../columns/interner.ts';
import { countLive, nextLive } from './live-keys.ts';
import { deleteKey, deleteKeys, putKey, type Machine } from './machine.ts';

/** How an acknowledged result disagrees with the state: nothing, the branch taken, or the contents. */
export const disagreement = { none: 0, branch: 1, contents: 2 } as const;

/**
 * Executes an operation on the state at `revision`, comparing what its result claims on the way.
 * A transaction that claims a branch goes that way even where its compares say otherwise, so that
 * what follows is judged by what clients were told.
 */
export function execute(machine: Machine, columns: Columns, op: number, revision: number): number {
  const at = columns.offset[op]!;
  switch (columns.kind[op]) {
    case opKind.txn:
      return executeTxn(machine, columns, at, revision);
    case opKind.revoke:
      return revokeLease(machine, columns.words[at]!);
    case opKind.put:
    case opKind.delete:
      return executeNode(machine, columns, at, revision);
    case opKind.range:
    case opKind.serializableRange:
      return rangeAgrees(machine, columns, at) ? disagreement.none : disagreement.contents;
    default:
      return disagreement.none;
  }
}

/** Whether a range's result equals the state; without a result there is nothing to disagree. */
export function rangeAgrees(machine: Machine, { words }: Columns, at: number): boolean {
  const result = words[at + 5]!;
  if (result === -1) return true;
  const lo = words[at + 1]!;
  const hi = words[at + 2]!;
  const limit = words[at + 4]!;
  const live = countLive(machine.live, lo, hi);
  const listed = words[result + 1]!;
  if (words[result] !== live) return false;
  if (listed !== (limit > 0 ? Math.min(limit, live) : live)) return false;
  let key = lo;
  for (let index = 0; index < listed; index += 1) {
    key = nextLive(machine.live, key);
    if (!entryEquals(machine, key, words, result + 2 + index * kvWords)) return false;
    key += 1;
  }
  return true;
}

/** Whether the compares of the transaction at `at` hold on the state. */
export function comparesHold(machine: Machine, columns: Columns, at: number): boolean {
  const compares = columns.words[at + 1]!;
  for (let index = 0; index < compares; index += 1) {
    if (!compareHolds(machine, columns, at + txnHeadWords + index * nodeWords)) return false;
  }
  return true;
}

/** The nodes of a branch: the first's offset and one past the last's. */
export function branchOf(words: Int32Array, at: number, succeeded: boolean): [number, number] {
  const successes = at + txnHeadWords + words[at + 1]! * nodeWords;
  const failures = successes + words[at + 2]! * nodeWords;
  return succeeded ? [successes, failures] : [failures, failures + words[at + 3]! * nodeWords];
}

function executeTxn(machine: Machine, columns: Columns, at: number, revision: number): number {
  const { words } = columns;
  const holds = comparesHold(machine, columns, at);
  const claimed = words[at]!;
  const taken = claimed === -1 ? holds : claimed === 1;
  let worst: number = taken === holds ? disagreement.none : disagreement.branch;
  const [first, end] = branchOf(words, at, taken);
  for (let node = first; node < end; node += nodeWords) {
    if (words[node] === opKind.range && words[node + 3] !== 0) continue;
    const found = executeNode(machine, columns, node, revision);
    if (worst === disagreement.none) worst = found;
  }
  return worst;
}

function executeNode(machine: Machine, columns: Columns, at: number, revision: number): number {
  const { words } = columns;
  if (words[at] === opKind.put) {
    putKey(machine, words[at + 1]!, words[at + 3]!, words[at + 4]!, revision);
    return disagreement.none;
  }
  if (words[at] === opKind.delete) {
    const deleted = deleteKeys(machine, words[at + 1]!, words[at + 2]!);
    const claimed = words[at + 3]!;
    return claimed === -1 || claimed === deleted ? disagreement.none : disagreement.contents;
  }
  return rangeAgrees(machine, columns, at) ? disagreement.none : disagreement.contents;
}

/** A revoke, like an expiry, deletes every attached key at one revision. */
export function revokeLease(machine: Machine, lease: number): number {
  if (lease === 0) return disagreement.none;
  for (let key = 0; machine.attached[lease]! > 0 && key < machine.lease.length; key += 1) {
    if (machine.lease[key] === lease) deleteKey(machine, key);
  }
  return disagreement.none;
}

/** A compare holds when it does for every live key of its range; where none lives, for an absent one. */
function compareHolds(machine: Machine, columns: Columns, at: number): boolean {
  const { words } = columns;
  const lo = words[at + 1]!;
  const hi = Math.min(words[at + 2]!, machine.value.length);
  if (countLive(machine.live, lo, hi) === 0) return absentCompares(columns, at);
  for (let key = nextLive(machine.live, lo); key < hi; key = nextLive(machine.live, key + 1)) {
    if (!entryCompares(machine, columns, key, at)) return false;
  }
  return true;
}

/** etcd: a compare of an absent key's value fails whatever the relation; its numbers are 0. */
function absentCompares({ words, baseRevision }: Columns, at: number): boolean {
  const target = words[at]! >> 2;
  if (target === compareTarget.value) return false;
  const absent = target === compareTarget.version ? 0 : Math.max(lowestOperand, 0 - baseRevision);
  return ordered(absent - words[at + 3]!, words[at]! & 3);
}

function entryCompares(machine: Machine, columns: Columns, key: number, at: number): boolean {
  const { words, values } = columns;
  const operand = words[at + 3]!;
  const how = words[at]! & 3;
  switch (words[at]! >> 2) {
    case compareTarget.value:
      if (how === relation['=']) return machine.value[key] === operand;
      return ordered(compareBytes(values[machine.value[key]!]!, values[operand]!), how);
    case compareTarget.version:
      return ordered(machine.version[key]! - operand, how);
    case compareTarget.create:
      return ordered(machine.create[key]! - operand, how);
    default:
      return ordered(machine.mod[key]! - operand, how);
  }
}

function ordered(difference: number, how: number): boolean {
  if (how === relation['=']) return difference === 0;
  if (how === relation['!=']) return difference !== 0;
  return how === relation['<'] ? difference < 0 : difference > 0;
}

/** Whether a key-value in the arena is what the state has for the key. */
export function entryEquals(machine: Machine, key: number, words: Int32Array, kv: number): boolean {
  return (
    words[kv] === key &&
    words[kv + 1] === machine.value[key] &&
    words[kv + 2] === machine.create[key] &&
    words[kv + 3] === machine.mod[key] &&
    words[kv + 4] === machine.version[key] &&
    words[kv + 5] === machine.lease[key]
  );
}
