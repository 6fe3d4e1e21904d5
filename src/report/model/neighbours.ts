import type { History } from '../../history/history.ts';
import type { Operation } from '../../history/operation.ts';
import { isSingleKey, type KeyRange, shareKeys, touchedKeys } from './touched-keys.ts';

/** An operation with its position in the history, by which violations name it. */
export interface PlacedOperation {
  readonly position: number;
  readonly operation: Operation;
}

/** What else went on at the keys of a proof while it happened. */
export interface Neighbours {
  /** In order of their invocations. */
  readonly shown: readonly PlacedOperation[];
  /** How many more there were. */
  readonly cut: number;
}

/** More would bury the operations that prove something. */
const mostNeighbours = 8;

/** Finds the neighbours of several proofs in one pass over the history; memory stays bounded. */
export function neighboursOf(
  history: History,
  proofs: readonly (readonly PlacedOperation[])[],
): Neighbours[] {
  const searches = proofs.map(searchFor);
  const isIdle = searches.every(({ keys }) => keys.length === 0);
  let position = 0;
  for (const operation of isIdle ? [] : history.operations()) {
    for (const search of searches) consider(search, { position, operation });
    position += 1;
  }
  return searches.map(({ found, cut }) => ({
    shown: found
      .map(({ placed }) => placed)
      .toSorted((a, b) => a.operation.invokedMs - b.operation.invokedMs),
    cut,
  }));
}

/** When the outcome could tell something: an unknown one proves nothing by when it was given up. */
export function knownMs({ outcome, invokedMs, returnedMs }: Operation): number {
  return outcome.status === 'unknown' ? invokedMs : returnedMs;
}

interface Search {
  readonly proof: readonly PlacedOperation[];
  readonly keys: readonly KeyRange[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Nearest first. */
  readonly found: { readonly placed: PlacedOperation; readonly distanceMs: number }[];
  cut: number;
}

/** A read of every key that belongs to a proof does not make everything its neighbour. */
function searchFor(proof: readonly PlacedOperation[]): Search {
  const all = proof.flatMap(({ operation }) => touchedKeys(operation.request));
  const single = all.filter(isSingleKey);
  return {
    proof,
    keys: single.length > 0 ? single : all,
    fromMs: Math.min(...proof.map(({ operation }) => operation.invokedMs)),
    toMs: Math.max(...proof.map(({ operation }) => operation.returnedMs)),
    found: [],
    cut: 0,
  };
}

function consider(search: Search, placed: PlacedOperation): void {
  const { operation, position } = placed;
  const { proof, keys, fromMs, toMs, found } = search;
  if (operation.returnedMs < fromMs || operation.invokedMs > toMs) return;
  if (proof.some((one) => one.position === position)) return;
  if (!shareKeys(touchedKeys(operation.request), keys)) return;
  const distanceMs = Math.min(...proof.map((one) => distance(one.operation, operation)));
  const index = found.findLastIndex((other) => other.distanceMs <= distanceMs) + 1;
  found.splice(index, 0, { placed, distanceMs });
  if (found.length <= mostNeighbours) return;
  found.pop();
  search.cut += 1;
}

/** Time between two operations; 0 where they overlap. */
function distance(one: Operation, other: Operation): number {
  return Math.max(0, one.invokedMs - other.returnedMs, other.invokedMs - one.returnedMs);
}
