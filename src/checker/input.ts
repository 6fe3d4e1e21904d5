import type { KeyValue, Operation, WatchRecord } from '../history/operation.ts';

/**
 * One epoch of a history: from an empty keyspace, or from the state a restore or a forced new
 * cluster started with. A later epoch uses revisions again and is judged by itself.
 */
export interface JudgeInput extends JudgeOptions {
  readonly operations: Iterable<Operation>;
  readonly watchRecords: Iterable<WatchRecord>;
  /** Absent: an empty keyspace at revision 1. */
  readonly initial?: InitialState;
}

/** What the history itself does not tell. */
export interface JudgeOptions {
  /** A member that restarts may serve older serializable reads than before. */
  readonly restarts?: readonly MemberRestart[];
  /** etcd was told to compact by itself, so previous values may be gone from events. */
  readonly autoCompaction?: boolean;
}

/** The whole keyspace as it was at `revision`, before the first operation. */
export interface InitialState {
  readonly revision: number;
  readonly kvs: Iterable<KeyValue>;
}

export interface MemberRestart {
  readonly member: string;
  readonly atMs: number;
}
