import type { KeyValue } from './operation.ts';

/**
 * How a later epoch of a history began: a restored snapshot or a forced new cluster uses revisions
 * again, from a state of the epoch before it. All that was acknowledged there after
 * `restoredRevision` is gone by design.
 */
export interface EpochStart {
  readonly kind: 'restore' | 'force-new-cluster';
  /** From here on nobody of the old cluster serves any more; milliseconds since the run's start. */
  readonly startedMs: number;
  /** The last revision of the old epoch that the new one has. */
  readonly restoredRevision: number;
  /** The new epoch's first revision where `--bump-revision` raised it; its next write is one above. */
  readonly bumpedTo?: number;
  readonly compactRevision?: number;
  /** Why the state it began with is not known; such an epoch cannot be judged. */
  readonly unknownBecause?: string;
}

/** An epoch's beginning with the whole keyspace as it was then, in the order of its keys. */
export interface RecordedEpochStart extends EpochStart {
  state(): Iterable<KeyValue>;
}

/** The revision a later epoch goes on from: its first write is at one more. */
export function firstRevision({ bumpedTo, restoredRevision }: EpochStart): number {
  return bumpedTo ?? restoredRevision;
}

/** Number of the epoch that a moment of the run lies in: 1 before any later one began. */
export function epochAt(starts: readonly EpochStart[], atMs: number): number {
  return 1 + starts.filter(({ startedMs }) => startedMs <= atMs).length;
}

/** `epoch 2 (restored at revision 118)`, for a sentence. */
export function epochTitle(number: number, start: EpochStart | undefined): string {
  if (start === undefined) return `epoch ${number}`;
  const how = start.kind === 'restore' ? 'restored' : 'forced';
  const bumped = start.bumpedTo === undefined ? '' : `, bumped to ${start.bumpedTo}`;
  return `epoch ${number} (${how} at revision ${start.restoredRevision}${bumped})`;
}
