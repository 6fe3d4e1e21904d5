import type { Budget } from '../budget.ts';
import { judgePartitions } from './judge-partitions.ts';
import type { Model, SearchOperation } from './model.ts';
import { partitionOf } from './partition.ts';
import { weaken } from './weaken.ts';

/** Three-valued: `unknown` where time or memory ran out, with the reason. */
export type SearchResult =
  | { readonly state: 'legal' }
  | {
      readonly state: 'illegal';
      readonly key: string;
      /** Positions in the list given, by invocation: the fewest completed operations without an order. */
      readonly operations: readonly number[];
    }
  | { readonly state: 'unknown'; readonly reason: string };

/** A kind of object: how to build its model, which calls only look, and how to say a call. */
export interface ObjectKind<Call> {
  readonly build: (calls: readonly Call[]) => Model;
  readonly isRead: (call: Call) => boolean;
  readonly tell: (key: string, call: Call) => string;
}

/**
 * Judges a history without revisions: searches, key by key, an order of the operations that real
 * time and the model allow, and where there is none, the fewest operations that show it.
 */
export function judgeSearch<Call>(
  operations: readonly SearchOperation<Call>[],
  kind: ObjectKind<Call>,
  budget: Budget,
): SearchResult {
  const { verdict, keys, partitions } = findOrder(operations, kind, budget);
  if (verdict.state !== 'illegal') return verdict;
  const [key, rows] = keys[verdict.partition]!;
  const { furthest } = verdict.search;
  const suspects = {
    rows,
    intervals: operations,
    ...buildersOf(operations, kind),
    isRead: (row: number) => kind.isRead(operations[row]!.call),
    furthest: furthest === -1 ? -1 : partitions[verdict.partition]!.rows[furthest]!,
  };
  const deadlineMs = Math.min(budget.deadlineMs, budget.now() + weakeningMs);
  const proof = weaken(suspects, { ...budget, deadlineMs });
  const byInvocation = proof.toSorted((a, b) => operations[a]!.invoked - operations[b]!.invoked);
  return { state: 'illegal', key, operations: byInvocation };
}

/** The verdict alone. */
export function findOrder<Call>(
  operations: readonly SearchOperation<Call>[],
  kind: ObjectKind<Call>,
  budget: Budget,
) {
  const keys = [...groupByKey(operations)];
  const { build, sameEffect } = buildersOf(operations, kind);
  const partitions = keys.map(([, rows]) => partitionOf(rows, operations, build, sameEffect));
  return { verdict: judgePartitions(partitions, budget), keys, partitions };
}

function buildersOf<Call>(operations: readonly SearchOperation<Call>[], kind: ObjectKind<Call>) {
  return {
    build: (order: readonly number[]) => kind.build(order.map((row) => operations[row]!.call)),
    sameEffect: (row: number) => JSON.stringify(operations[row]!.call),
  };
}

/** What making the proof smaller may take. */
const weakeningMs = 2_000;

/** The proof in words: `client 2 wrote 42; then client 7 read 41: no order of these is possible, whenever the others happened`. */
export function explainSearch<Call>(
  operations: readonly SearchOperation<Call>[],
  proof: readonly number[],
  { tell }: ObjectKind<Call>,
): string {
  let endOfAll = -Infinity;
  const parts = proof.map((row, index) => {
    const { client, key, call, invoked, returned } = operations[row]!;
    const joint = invoked > endOfAll ? 'then ' : 'meanwhile ';
    endOfAll = Math.max(endOfAll, returned);
    return `${index === 0 ? '' : joint}client ${client} ${tell(key, call)}`;
  });
  return `${parts.join('; ')}: no order of these is possible, whenever the others happened`;
}

function groupByKey<Call>(operations: readonly SearchOperation<Call>[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [row, { key }] of operations.entries()) {
    const rows = groups.get(key);
    if (rows === undefined) groups.set(key, [row]);
    else rows.push(row);
  }
  return groups;
}
