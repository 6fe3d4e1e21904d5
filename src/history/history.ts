import type { RecordedEpochStart } from './epoch.ts';
import type { Operation, WatchRecord } from './operation.ts';

/** Where a run's operations and watch responses go while they happen. */
export interface HistorySink {
  operation(operation: Operation): void;
  watch(record: WatchRecord): void;
}

/**
 * A recorded history, read block by block: iterating never holds all of it. Operations come in the
 * order of their returns, watch records in the order of their arrival.
 */
export interface History {
  /** What is missing at its end, in one sentence; absent when it was closed in order. */
  readonly cut?: string;
  readonly operationCount: number;
  readonly watchRecordCount: number;
  /** How each epoch after the first began, in order; absent where there is but one. */
  readonly epochStarts?: readonly RecordedEpochStart[];
  operations(): Iterable<Operation>;
  watchRecords(): Iterable<WatchRecord>;
}
