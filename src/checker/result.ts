/**
 * Every promise the checker judges; `src/assertions` has a file for each. That acknowledged writes
 * last is judged there (`durable`), for it takes the drill's last look; so is that members agree
 * (`converges`, by HashKV).
 */
export const propertyNames = [
  'kv.linearizable',
  'kv.revision-integrity',
  'kv.serializable-snapshot',
  'kv.serializable-monotonic',
  'watch.ordered',
  'watch.unique',
  'watch.atomic',
  'watch.reliable',
  'watch.resumable',
  'watch.bookmarkable',
  'watch.filter',
  'watch.prevkv',
  'watch.is-create',
  'watch.ahead-of-read',
  'lease.no-early-expiry',
  'lease.revoke-complete',
  'lease.attach-valid',
  'lease.eventual-expiry',
  'compaction.monotone',
] as const;
export type PropertyName = (typeof propertyNames)[number];

/** How a history can fail to be linearizable; the other properties name their own kinds. */
export type LinearizabilityKind =
  | 'stale-read'
  | 'stale-txn'
  | 'write-reordered'
  | 'future-read'
  | 'lost-update'
  | 'revision-collision'
  | 'revision-invalid'
  | 'phantom-value'
  | 'failed-write-visible'
  | 'double-apply'
  | 'delete-without-cause'
  | 'state-mismatch';

/** One proof that a promise was broken. */
export interface Finding {
  /** Sub-kind, e.g. `stale-read`. */
  readonly kind: string;
  readonly message: string;
  /** Positions in the history (order of recording) of the fewest operations that prove it. */
  readonly operations: readonly number[];
  /** When it could first have been noticed; orders findings. Milliseconds since the run's start. */
  readonly atMs: number;
}

/**
 * What was found about one promise. `legal` means no violation in the observed history; `unknown`
 * that the history or the budget cannot tell; `not-exercised` that nothing could have broken it.
 */
export type PropertyResult = {
  readonly property: PropertyName;
  /** True where etcd does not promise it, so a finding is advice and not a violation. */
  readonly advisory: boolean;
  /** What was looked at, e.g. `{ operations: 5120, unknownResolved: 2, unknownOpen: 1 }`. */
  readonly counts: Readonly<Record<string, number>>;
} & (
  | { readonly state: 'legal' }
  | {
      readonly state: 'illegal';
      /** The earliest. */
      readonly first: Finding;
      /** The earliest few, at most `maxFindings`. */
      readonly findings: readonly Finding[];
      /** How many there were in all. */
      readonly total: number;
    }
  | { readonly state: 'unknown'; readonly reason: string }
  | { readonly state: 'not-exercised'; readonly reason: string }
);
