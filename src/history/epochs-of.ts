import type { RecordedEpochStart } from './epoch.ts';
import type { History } from './history.ts';
import type { Operation, WatchRecord } from './operation.ts';

/**
 * One epoch's part of a history. An operation belongs to the epoch it was invoked in. One that was
 * under way when the next began may have reached either cluster, so its answer is no evidence: both
 * epochs have it as of unknown outcome. One that had ended `unknown` before the border is the old
 * epoch's alone: members of the old cluster apply nothing in the new one. A watch stream belongs to
 * the epoch in which its first response came.
 */
export interface Epoch {
  /** From 1 on. */
  readonly number: number;
  /** Absent for the first: an empty keyspace at revision 1. */
  readonly start?: RecordedEpochStart;
  /** How the one after it began. */
  readonly next?: RecordedEpochStart;
  operations(): Iterable<Operation>;
  watchRecords(): Iterable<WatchRecord>;
  /** Of each of its operations, the position in the whole history. */
  positions(): Iterable<number>;
}

/** The epochs of a history, the first first; one where none was begun. */
export function epochsOf(history: History): readonly Epoch[] {
  const starts = history.epochStarts ?? [];
  if (starts.length === 0) return [wholeHistory(history)];
  return [undefined, ...starts].map((start, index) => {
    const next = starts[index];
    const span = {
      fromMs: start?.startedMs ?? -Infinity,
      untilMs: next?.startedMs ?? Infinity,
    };
    return {
      number: index + 1,
      ...(start === undefined ? {} : { start }),
      ...(next === undefined ? {} : { next }),
      *operations() {
        for (const { operation } of operationsWithin(history, span)) yield operation;
      },
      watchRecords: () => recordsWithin(history, span),
      *positions() {
        for (const { position } of operationsWithin(history, span)) yield position;
      },
    };
  });
}

function wholeHistory(history: History): Epoch {
  return {
    number: 1,
    operations: () => history.operations(),
    watchRecords: () => history.watchRecords(),
    *positions() {
      for (let position = 0; position < history.operationCount; position += 1) yield position;
    },
  };
}

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

function* operationsWithin(
  history: History,
  span: Span,
): Generator<{ operation: Operation; position: number }> {
  let position = -1;
  for (const recorded of history.operations()) {
    position += 1;
    const operation = asSeenIn(span, recorded);
    if (operation !== undefined) yield { operation, position };
  }
}

/** An operation as an epoch has it: as it was, of unknown outcome, or not at all. */
function asSeenIn({ fromMs, untilMs }: Span, operation: Operation): Operation | undefined {
  const { invokedMs, returnedMs, outcome } = operation;
  const invokedHere = invokedMs >= fromMs && invokedMs < untilMs;
  const crossesOut = returnedMs >= untilMs;
  const harmless = outcome.status === 'failed' || outcome.status === 'never-sent';
  if (invokedHere && (!crossesOut || harmless)) return operation;
  const overlaps = invokedMs < untilMs && returnedMs >= fromMs;
  return overlaps && !harmless ? { ...operation, outcome: underWay } : undefined;
}

const underWay: Operation['outcome'] = {
  status: 'unknown',
  error: { code: -1, message: 'it was under way when the next epoch began' },
};

function* recordsWithin(history: History, { fromMs, untilMs }: Span): Generator<WatchRecord> {
  const streams = new Map<string, boolean>();
  for (const record of history.watchRecords()) {
    let here = streams.get(record.stream);
    if (here === undefined) {
      here = record.receivedMs >= fromMs && record.receivedMs < untilMs;
      streams.set(record.stream, here);
    }
    if (here) yield record;
  }
}
