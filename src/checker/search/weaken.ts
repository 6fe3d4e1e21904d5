import { shareOf, type Budget } from '../budget.ts';
import { judgePartitions } from './judge-partitions.ts';
import { partitionOf, type Interval } from './partition.ts';
import type { Model } from './model.ts';

/** Operations of one partition, as the counterexample is looked for. */
export interface Suspects {
  readonly rows: readonly number[];
  /** By row. */
  readonly intervals: readonly Interval[];
  readonly build: (rows: readonly number[]) => Model;
  readonly sameEffect: (row: number) => string;
  /** Reads can be left out; anything else only loses its return: then it may happen at any time. */
  readonly isRead: (row: number) => boolean;
  /** The furthest row the search was stopped by, or -1. */
  readonly furthest: number;
}

/** Part of the remaining time for each attempt, and attempts at most. */
const attemptShare = 0.05;
const mostAttempts = 400;

/**
 * Makes an illegal set of operations smaller while it stays illegal. Deleting a write would
 * manufacture phantoms, so operations are only weakened: a read dropped, a write turned into "unknown,
 * any time". What is left with its return is what proves the violation.
 */
export function weaken(suspects: Suspects, budget: Budget): number[] {
  let proof = failingPrefix(suspects, budget);
  let attempts = 0;
  const more = () => attempts < mostAttempts && budget.now() < budget.deadlineMs;
  for (let size = Math.ceil(proof.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = proof.length - size; at > -size && more(); at -= size) {
      const fewer = proof.filter((_, index) => index < at || index >= at + size);
      attempts += 1;
      if (fewer.length > 0 && isIllegal(suspects, new Set(fewer), budget)) proof = fewer;
    }
  }
  return proof;
}

/**
 * The completed operations up to the earliest return that has no order. The search was stopped by
 * the furthest return or saw one step ahead of it, so the halving starts there.
 */
function failingPrefix(suspects: Suspects, budget: Budget): number[] {
  const { rows, intervals, furthest } = suspects;
  const completed = rows
    .filter((row) => intervals[row]!.returned !== Infinity)
    .toSorted((a, b) => intervals[a]!.returned - intervals[b]!.returned);
  let legal = 0;
  let illegal = completed.length;
  let middle = Math.min(Math.max(1, completed.indexOf(furthest) + 1), illegal - 1);
  while (illegal - legal > 1 && budget.now() < budget.deadlineMs) {
    if (isIllegal(suspects, new Set(completed.slice(0, middle)), budget)) illegal = middle;
    else legal = middle;
    middle = (legal + illegal) >> 1;
  }
  return completed.slice(0, illegal);
}

function isIllegal(suspects: Suspects, kept: ReadonlySet<number>, budget: Budget): boolean {
  const { rows, isRead, build, sameEffect } = suspects;
  const left = rows.filter((row) => kept.has(row) || !isRead(row));
  const intervals = suspects.intervals.map((interval, row) =>
    kept.has(row) ? interval : { ...interval, returned: Infinity },
  );
  const partition = partitionOf(left, intervals, (order) => build(order), sameEffect);
  return judgePartitions([partition], shareOf(budget, attemptShare)).state === 'illegal';
}
