import type { Budget } from '../budget.ts';
import { judgePartitions } from './judge-partitions.ts';
import type { Model, SearchOperation } from './model.ts';
import { partitionOf } from './partition.ts';

/** Three-valued: `unknown` where time or memory ran out, with the reason. */
export type SearchResult =
  | { readonly state: 'legal' }
  | {
      readonly state: 'illegal';
      readonly key: string;
      /** Positions in the list given, by invocation: this part of the history has no order. */
      readonly operations: readonly number[];
    }
  | { readonly state: 'unknown'; readonly reason: string };

/**
 * Judges a history without revisions: searches, key by key, an order of the operations that real
 * time and the model allow.
 */
export function judgeSearch<Call>(
  operations: readonly SearchOperation<Call>[],
  build: (calls: readonly Call[]) => Model,
  budget: Budget,
): SearchResult {
  const keys = [...groupByKey(operations)];
  const partitions = keys.map(([, rows]) => partitionFor(operations, rows, build));
  const verdict = judgePartitions(partitions, budget);
  if (verdict.state !== 'illegal') return verdict;
  const [key, rows] = keys[verdict.partition]!;
  return { state: 'illegal', key, operations: rows };
}

function partitionFor<Call>(
  operations: readonly SearchOperation<Call>[],
  rows: readonly number[],
  build: (calls: readonly Call[]) => Model,
) {
  return partitionOf(
    rows,
    operations,
    (order) => build(order.map((row) => operations[row]!.call)),
    (row) => JSON.stringify(operations[row]!.call),
  );
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
