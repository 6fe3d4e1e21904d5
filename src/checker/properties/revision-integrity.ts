import { shareOf } from '../budget.ts';
import {
  kvWords,
  nodeWords,
  opKind,
  opStatus,
  txnHeadWords,
  type Columns,
} from '../columns/columns.ts';
import { report } from '../findings.ts';
import type { Judgement } from '../judgement.ts';
import { boundsOthers } from '../revision/floors.ts';
import { mayWrite } from '../revision/writers.ts';
import { judgePartitions } from '../search/judge-partitions.ts';
import { keyspaceModel, type Keyspace } from '../search/keyspace.ts';
import { partitionOf } from '../search/partition.ts';
import type { Known, Look } from './checks.ts';

/**
 * Where the history is not linearizable with its revisions, whether it would be without: then only
 * metadata is wrong, and the data clients saw is sound. Found by the general search.
 */
export function lookAtRevisionIntegrity({ judgement, byRevision }: Known): {
  'kv.revision-integrity': Look;
} {
  const { columns, findings } = judgement;
  const [first] = findings['kv.linearizable'].kept;
  const rows = first === undefined ? [] : searchableRows(columns);
  const counts = { operations: columns.count, searched: rows.length };
  const look = (more: Omit<Look, 'counts'>) => ({ 'kv.revision-integrity': { counts, ...more } });
  if (first === undefined) {
    const unknown = byRevision.unknownBecause;
    if (unknown !== undefined) return look({ unknown });
    const exercised = columns.revision.some((revision) => revision > 0);
    return look(exercised ? {} : { notExercised: 'no operation was acknowledged' });
  }
  if (columns.leases.length > 1) {
    return look({ unknown: 'expiry of leases cannot be searched without revisions' });
  }
  const verdict = searchWithoutRevisions(judgement, rows);
  if (verdict.state === 'unknown') return look({ unknown: verdict.reason });
  if (verdict.state === 'illegal') {
    return look({ unknown: 'the data itself has no order, so revisions cannot be judged apart' });
  }
  report(
    findings['kv.revision-integrity'],
    first.kind,
    first.operations,
    first.atMs,
    () => `${first.message}; without its revisions the history has an order`,
  );
  return look({});
}

/**
 * Part of the remaining time that the search may take: 3 s of a whole minute. It only says how grave
 * a violation is that is proved already, and where ranges tie all keys together it seldom ends.
 */
const timeShare = 0.05;

function searchWithoutRevisions({ columns, budget }: Judgement, rows: readonly number[]) {
  const intervals = rows.map((row) => ({
    invoked: columns.invokedMs[row]!,
    returned: columns.returnedMs[row]!,
  }));
  const partitions = connectedParts(columns, rows).map((part) =>
    partitionOf(
      part,
      intervals,
      (order) => {
        const inOrder = order.map((index) => rows[index]!);
        return keyspaceModel(columns, inOrder, initialKeyspace(columns));
      },
      (index) => `unlike ${index}`,
    ),
  );
  return judgePartitions(partitions, shareOf(budget, timeShare));
}

function searchableRows(columns: Columns): number[] {
  const rows: number[] = [];
  for (let op = 0; op < columns.count; op += 1) {
    const kind = columns.kind[op]!;
    if (
      kind !== opKind.put &&
      kind !== opKind.range &&
      kind !== opKind.delete &&
      kind !== opKind.txn
    )
      continue;
    const past = kind === opKind.range && columns.words[columns.offset[op]! + 3] !== 0;
    const unknown = columns.status[op] === opStatus.unknown && mayWrite(columns, op);
    if (unknown || (boundsOthers(columns, op) && !past)) rows.push(op);
  }
  return rows;
}

/** Operations that share a key, directly or through others, are searched together. */
function connectedParts(columns: Columns, rows: readonly number[]): number[][] {
  const parent = Int32Array.from(columns.keys.keys());
  const rootOf = (key: number): number => {
    let root = key;
    while (parent[root] !== root) root = parent[root]!;
    parent[key] = root;
    return root;
  };
  for (const row of rows) {
    const [anchor, ...others] = keysOf(columns, row);
    for (const key of others) parent[rootOf(key)] = rootOf(anchor!);
  }
  const parts = new Map<number, number[]>();
  for (const [index, row] of rows.entries()) {
    const [anchor = 0] = keysOf(columns, row);
    const part = parts.get(rootOf(anchor));
    if (part === undefined) parts.set(rootOf(anchor), [index]);
    else part.push(index);
  }
  return [...parts.values()];
}

function* keysOf({ words, offset, kind, keys }: Columns, row: number): Generator<number> {
  const at = offset[row]!;
  const txn = kind[row] === opKind.txn;
  const first = txn ? at + txnHeadWords : at;
  const nodes = txn ? words[at + 1]! + words[at + 2]! + words[at + 3]! : 1;
  for (let node = first; node < first + nodes * nodeWords; node += nodeWords) {
    const end = Math.min(words[node + 2]!, keys.length);
    for (let key = words[node + 1]!; key < end; key += 1) yield key;
  }
}

function initialKeyspace({ initial }: Columns): Keyspace {
  const keyspace = new Map<number, number>();
  for (let at = 0; at < initial.length; at += kvWords) keyspace.set(initial[at]!, initial[at + 1]!);
  return keyspace;
}
