import type { ByRevision } from './by-revision.ts';
import { journalWords } from './machine.ts';

/**
 * The log the replay arrived at, entry by entry in order of revision: whatever streams claim is
 * compared with it. Known up to `byRevision.knownTo`.
 */
export interface LogEntry {
  readonly entry: number;
  readonly revision: number;
  readonly key: number;
  /** -1 is a delete. */
  readonly value: number;
  readonly lease: number;
  /** Before the write; `value` -1 where there was no such key. */
  readonly before: {
    readonly value: number;
    readonly create: number;
    readonly mod: number;
    readonly version: number;
    readonly lease: number;
  };
}

export function* entriesOf({ replay, knownTo }: ByRevision): Generator<LogEntry> {
  const first = replay.judgement.columns.startRevision + 1;
  for (let revision = first; revision <= knownTo; revision += 1) {
    const [from, end] = entriesAt(replay, revision);
    for (let entry = from; entry < end; entry += 1) yield entryAt(replay, entry, revision);
  }
}

/** The entries of a revision: the first and one past the last. */
export function entriesAt({ journalAt }: ByRevision['replay'], revision: number): [number, number] {
  return [journalAt[revision]! / journalWords, journalAt[revision + 1]! / journalWords];
}

/** The entry that wrote `key` at `revision`, or -1. */
export function findEntry(replay: ByRevision['replay'], revision: number, key: number): number {
  const [from, end] = entriesAt(replay, revision);
  for (let entry = from; entry < end; entry += 1) {
    if (replay.machine.journal.data[entry * journalWords] === key) return entry;
  }
  return -1;
}

export function entryAt(
  { machine, written }: ByRevision['replay'],
  entry: number,
  revision: number,
): LogEntry {
  const { data } = machine.journal;
  const at = entry * journalWords;
  return {
    entry,
    revision,
    key: data[at]!,
    value: written.data[entry * 2]!,
    lease: written.data[entry * 2 + 1]!,
    before: {
      value: data[at + 1]!,
      create: data[at + 2]!,
      mod: data[at + 3]!,
      version: data[at + 4]!,
      lease: data[at + 5]!,
    },
  };
}
