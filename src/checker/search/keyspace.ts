import {
  compareTarget,
  kvWords,
  nodeWords,
  opKind,
  opStatus,
  relation,
  txnHeadWords,
  type Columns,
} from '../columns/columns.ts';
import { compareBytes } from '../columns/interner.ts';
import { branchOf } from '../revision/execute.ts';
import { mayWrite } from '../revision/writers.ts';
import { anything, nothing, type Model } from './model.ts';

/**
 * etcd without its revisions: which keys exist with which values. Results must agree in contents,
 * counts and branches; compares of revisions and versions only in whether the key exists.
 */
export function keyspaceModel(columns: Columns, rows: readonly number[], start: Keyspace): Model {
  const states: Keyspace[] = [start];
  const ids = new Map([[nameOf(start), 0]]);
  const idOf = (state: Keyspace): number => {
    const name = nameOf(state);
    const known = ids.get(name);
    if (known !== undefined) return known;
    ids.set(name, states.length);
    return states.push(state) - 1;
  };
  return {
    initial: 0,
    step: (state, op) => {
      const after = run(columns, states[state]!, rows[op]!);
      return after === undefined ? -1 : idOf(after);
    },
    needs: new Int32Array(rows.length).fill(anything),
    produces: Int32Array.from(rows, (row) => (isPure(columns, row) ? nothing : anything)),
  };
}

/** Value by key, both as the columns number them. */
export type Keyspace = ReadonlyMap<number, number>;

function nameOf(state: Keyspace): string {
  return [...state]
    .toSorted(([a], [b]) => a - b)
    .flat()
    .join();
}

/** Whether an operation can never change anything, whatever its outcome. */
function isPure(columns: Columns, row: number): boolean {
  if (columns.status[row] === opStatus.ok) return columns.effective[row] === 0;
  return !mayWrite(columns, row);
}

/** The keyspace after an operation, or undefined where its result does not fit. */
function run(columns: Columns, before: Keyspace, row: number): Keyspace | undefined {
  const { words, kind, effective, status } = columns;
  const at = columns.offset[row]!;
  const after = new Map(before);
  if (kind[row] !== opKind.txn) {
    if (!runNode(columns, after, at)) return undefined;
  } else {
    const holds = comparesHold(columns, before, at);
    const claimed = words[at] === -1 ? holds : words[at] === 1;
    if (holds !== undefined && claimed !== undefined && holds !== claimed) return undefined;
    const [first, end] = branchOf(words, at, claimed ?? true);
    for (let node = first; node < end; node += nodeWords) {
      if (!runNode(columns, after, node)) return undefined;
    }
  }
  const changed = status[row] !== opStatus.ok || effective[row] === 1;
  return changed || nameOf(after) === nameOf(before) ? after : undefined;
}

function runNode({ words }: Columns, state: Map<number, number>, node: number): boolean {
  const lo = words[node + 1]!;
  const hi = words[node + 2]!;
  if (words[node] === opKind.put) {
    state.set(lo, words[node + 3]!);
    return true;
  }
  const inside = [...state.keys()].filter((key) => key >= lo && key < hi).toSorted((a, b) => a - b);
  if (words[node] === opKind.delete) {
    for (const key of inside) state.delete(key);
    return words[node + 3] === -1 || words[node + 3] === inside.length;
  }
  const result = words[node + 5]!;
  if (result === -1 || words[node + 3] !== 0) return true;
  const limit = words[node + 4]!;
  const shown = limit > 0 ? inside.slice(0, limit) : inside;
  if (words[result] !== inside.length || words[result + 1] !== shown.length) return false;
  return shown.every((key, index) => {
    const kv = result + 2 + index * kvWords;
    return words[kv] === key && words[kv + 1] === state.get(key);
  });
}

/** Undefined where only revisions or versions could tell. */
function comparesHold(columns: Columns, state: Keyspace, at: number): boolean | undefined {
  let sure: boolean | undefined = true;
  for (let index = 0; index < columns.words[at + 1]!; index += 1) {
    const holds = compareHolds(columns, state, at + txnHeadWords + index * nodeWords);
    if (holds === false) return false;
    if (holds === undefined) sure = undefined;
  }
  return sure;
}

function compareHolds(
  { words, values }: Columns,
  state: Keyspace,
  at: number,
): boolean | undefined {
  const target = words[at]! >> 2;
  const how = words[at]! & 3;
  const operand = words[at + 3]!;
  const inside = [...state.keys()].filter((key) => key >= words[at + 1]! && key < words[at + 2]!);
  if (target !== compareTarget.value) {
    if (inside.length === 0) return ordered(0 - operand, how);
    return operand === 0 ? how === relation['!='] || how === relation['>'] : undefined;
  }
  if (inside.length === 0) return false;
  return inside.every((key) =>
    ordered(compareBytes(values[state.get(key)!]!, values[operand]!), how),
  );
}

function ordered(difference: number, how: number): boolean {
  if (how === relation['=']) return difference === 0;
  if (how === relation['!=']) return difference !== 0;
  return how === relation['<'] ? difference < 0 : difference > 0;
}
