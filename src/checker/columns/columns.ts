/**
 * A history as columns: one row per operation, no object per operation. Requests and results lie as
 * small integers in `words`, from `offset[row]` on (layout below). Revisions are relative to
 * `baseRevision` (the history starts at 1), keys are ranks in etcd's key order (a range is an integer interval), values, leases
 * and members are dense ids.
 *
 * Layout of a node (6 words; puts, ranges and deletes, alone or in a transaction):
 * `put    kind, key, key + 1, value, lease, -`
 * `range  kind, lo, hi, revision (0 = now), limit (0 = none), result (-1 = none)`
 * `delete kind, lo, hi, deleted (-1 = not known), -, -`
 * A range's result: `count, n`, then n key-values of 6 words: `key, value, create, mod, version, lease`.
 * A transaction: `succeeded (-1 = not known), compares, successes, failures`, then that many nodes;
 * a compare is a node `target * 4 + relation, lo, hi, operand, -, -`.
 * A lease operation: `lease, ttl seconds granted (-1 = none)`. A compaction: `revision`.
 */
export interface Columns {
  readonly count: number;
  readonly client: Int32Array;
  readonly member: Uint16Array;
  readonly invokedMs: Float64Array;
  /** Infinity for an operation whose outcome is unknown. */
  readonly returnedMs: Float64Array;
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  /** Of the result's header; 0 where there is none. */
  readonly revision: Int32Array;
  /** 1 where an acknowledged result shows that something was written. */
  readonly effective: Uint8Array;
  readonly offset: Int32Array;
  readonly words: Int32Array;
  readonly keys: readonly string[];
  readonly values: readonly string[];
  /** Id 0 is no lease. */
  readonly leases: readonly string[];
  readonly members: readonly string[];
  readonly baseRevision: number;
  readonly streams: readonly Stream[];
  readonly records: RecordColumns;
  readonly events: EventColumns;
  /** The state at `startRevision`: `key, value, create, mod, version, lease` each. */
  readonly initial: Int32Array;
  /** The revision before the first write of this history; 1 for an empty cluster. */
  readonly startRevision: number;
  /** Why a row did not end `ok`. */
  readonly errors: ReadonlyMap<number, string>;
  /** Rows whose result does not have the shape of their request. */
  readonly misfits: readonly number[];
}

/** One watch on one stream. */
export interface Stream {
  readonly name: string;
  readonly member: number;
  readonly lo: number;
  readonly hi: number;
  /** Whether its `created` came: without it neither range nor start are known. */
  readonly created: boolean;
  /** First revision it must deliver. */
  readonly startRevision: number;
  /** What was asked: 0 means from now on. */
  readonly askedRevision: number;
  readonly prevKv: boolean;
}

/** Responses on watches: those of one watch follow each other, in order of arrival. */
export interface RecordColumns {
  readonly count: number;
  /** First record of each watch; one more entry than watches. */
  readonly firstOf: Int32Array;
  /** Index in `streams`. */
  readonly stream: Int32Array;
  readonly kind: Uint8Array;
  readonly receivedMs: Float64Array;
  readonly revision: Int32Array;
  readonly fragment: Uint8Array;
  /** First event of each record; one more entry than records. */
  readonly firstEvent: Int32Array;
}

/** Events in the order of their records; `value` -1 is a delete. */
export interface EventColumns {
  readonly count: number;
  readonly revision: Int32Array;
  readonly key: Int32Array;
  readonly value: Int32Array;
  readonly create: Int32Array;
  readonly version: Int32Array;
  readonly lease: Int32Array;
  /** Offset in `words` of the previous key-value (6 words), or -1. */
  readonly previous: Int32Array;
}

export const opKind = {
  put: 0,
  range: 1,
  delete: 2,
  txn: 3,
  grant: 4,
  revoke: 5,
  keepalive: 6,
  compact: 7,
  serializableRange: 8,
} as const;

export const opStatus = { ok: 0, failed: 1, unknown: 2 } as const;
export const recordKind = { created: 0, events: 1, progress: 2, canceled: 3 } as const;
export const compareTarget = { value: 0, version: 1, create: 2, mod: 3 } as const;
export const relation = { '=': 0, '!=': 1, '<': 2, '>': 3 } as const;

/** Words of a node, of a key-value, and of a transaction's head. */
export const nodeWords = 6;
export const kvWords = 6;
export const txnHeadWords = 4;
/** Exclusive upper bound of a range without end. */
export const noUpperBound = 0x7fffffff;
