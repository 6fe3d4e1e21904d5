import { nodeWords, opKind, opStatus } from '../columns/columns.ts';
import { intBuffer, reserve, type IntBuffer } from '../columns/int-buffer.ts';
import type { Judgement } from '../judgement.ts';
import { branchOf, disagreement, execute, rangeAgrees } from './execute.ts';
import {
  deleteKey,
  journalWords,
  machineAtStart,
  putKey,
  rollBack,
  type Machine,
} from './machine.ts';
import { readsSnapshot, type Readers } from './slots.ts';
import { likeliestGroup, type WatchLog } from './watch-log.ts';

/**
 * The state machine run along the revisions. The machine's journal is the event log: entry e is a
 * key with what it was before; `written` holds what it became.
 */
export interface Replay {
  readonly judgement: Judgement;
  readonly readers: Readers;
  /** Ranges inside transactions that asked for a past revision, by that revision. */
  readonly nestedReads: ReadonlyMap<number, readonly NestedRead[]>;
  readonly machine: Machine;
  /** `value (-1 = deleted), lease` of each journal entry. */
  readonly written: IntBuffer;
  /** Journal length before each revision. */
  readonly journalAt: Int32Array;
  /** Called for everything that disagrees; replaying goes on by what clients were told. */
  readonly disagree: (disagreement: Disagreement) => void;
}

export interface NestedRead {
  readonly op: number;
  readonly node: number;
}

export interface Disagreement {
  /** `lease`: an acknowledged revoke left keys alive; the lease's property reports it. */
  readonly kind: 'branch' | 'contents' | 'log' | 'snapshot' | 'lease';
  readonly revision: number;
  readonly op: number;
  /** Offset of the range that disagrees, where it is a nested one. */
  readonly node?: number;
}

export function startReplay(
  judgement: Judgement,
  readers: Readers,
  disagree: Replay['disagree'],
): Replay {
  return {
    judgement,
    readers,
    nestedReads: findNestedReads(judgement),
    machine: machineAtStart(judgement.columns),
    written: intBuffer(),
    journalAt: new Int32Array(judgement.lastRevision + 3),
    disagree,
  };
}

/** Moves to `revision` by whatever made it; false where nothing is known to have made it: a hole. */
export function makeRevision(replay: Replay, revision: number): boolean {
  const { judgement, machine } = replay;
  const owner = judgement.slot[revision]!;
  const group = likeliestGroup(judgement.log, revision);
  if (owner === -1 && group === -1) return false;
  beginRevision(replay, revision);
  if (owner === -1) applyGroup(replay, group, revision);
  else makeByOwner(replay, owner, group, revision);
  noteWritten(replay, machine.journal.length);
  return true;
}

export function beginRevision({ journalAt, machine }: Replay, revision: number): void {
  journalAt[revision] = machine.journal.length;
}

/** Compares everything that was read at `revision` with the state. */
export function checkReaders(replay: Replay, revision: number): void {
  const { readers, machine, judgement, disagree } = replay;
  const { columns } = judgement;
  const end = readers.start[revision + 1]!;
  for (let place = readers.start[revision]!; place < end; place += 1) {
    const op = readers.items[place]!;
    if (columns.kind[op] === opKind.range || columns.kind[op] === opKind.serializableRange) {
      if (rangeAgrees(machine, columns, columns.offset[op]!)) continue;
      disagree({ kind: readsSnapshot(columns, op) ? 'snapshot' : 'contents', revision, op });
    } else if (columns.kind[op] === opKind.revoke) {
      if (machine.attached[columns.words[columns.offset[op]!]!] === 0) continue;
      disagree({ kind: 'lease', revision, op });
    } else checkEffectFree(replay, op, revision);
  }
  if (replay.nestedReads.size === 0) return;
  for (const { op, node } of replay.nestedReads.get(revision) ?? []) {
    if (!rangeAgrees(machine, columns, node)) disagree({ kind: 'snapshot', revision, op, node });
  }
}

/** Whether what was written since `mark` is exactly a group of watched events. */
export function writesGroup(replay: Replay, mark: number, group: number): boolean {
  const { machine, judgement } = replay;
  const { events } = judgement.columns;
  const first = judgement.log.groups.data[group]!;
  const count = judgement.log.groups.data[group + 1]!;
  if (machine.journal.length - mark !== count * journalWords) return false;
  for (let event = first; event < first + count; event += 1) {
    const key = events.key[event]!;
    if (machine.value[key] !== events.value[event]) return false;
    if (!journaled(machine, mark, key)) return false;
  }
  return true;
}

/** Records what the journal's entries became, up to `end`. */
export function noteWritten({ written, machine }: Replay, end: number): void {
  for (let at = (written.length / 2) * journalWords; at < end; at += journalWords) {
    const key = machine.journal.data[at]!;
    const to = reserve(written, 2);
    written.data[to] = machine.value[key]!;
    written.data[to + 1] = machine.lease[key]!;
  }
}

function makeByOwner(replay: Replay, owner: number, group: number, revision: number): void {
  const { judgement, machine, disagree } = replay;
  const mark = machine.journal.length;
  const found = execute(machine, judgement.columns, owner, revision);
  if (found !== disagreement.none) {
    disagree({ kind: found === disagreement.branch ? 'branch' : 'contents', revision, op: owner });
  }
  if (group === -1 || matchesLog(replay, judgement.log, mark, revision)) return;
  disagree({ kind: 'log', revision, op: owner });
  rollBack(machine, mark);
  applyGroup(replay, group, revision);
}

/** Any stream that agrees will do: where streams differ, that is judged stream by stream. */
function matchesLog(replay: Replay, log: WatchLog, mark: number, revision: number): boolean {
  for (let group = log.head[revision]!; group !== -1; group = log.groups.data[group + 2]!) {
    if (writesGroup(replay, mark, group)) return true;
  }
  return false;
}

function applyGroup({ judgement, machine }: Replay, group: number, revision: number): void {
  const { events } = judgement.columns;
  const { data } = judgement.log.groups;
  for (let event = data[group]!; event < data[group]! + data[group + 1]!; event += 1) {
    const key = events.key[event]!;
    const value = events.value[event]!;
    if (value === -1) deleteKey(machine, key);
    else putKey(machine, key, value, events.lease[event]!, revision);
  }
}

/** What was told to have changed nothing must change nothing. */
function checkEffectFree({ machine, judgement, disagree }: Replay, op: number, revision: number) {
  const mark = machine.journal.length;
  const found = execute(machine, judgement.columns, op, revision);
  const wrote = machine.journal.length > mark;
  if (wrote) rollBack(machine, mark);
  if (found === disagreement.none && !wrote) return;
  disagree({ kind: found === disagreement.branch ? 'branch' : 'contents', revision, op });
}

function journaled({ journal }: Machine, mark: number, key: number): boolean {
  for (let at = mark; at < journal.length; at += journalWords) {
    if (journal.data[at] === key) return true;
  }
  return false;
}

function findNestedReads({ columns, lastRevision }: Judgement): Map<number, NestedRead[]> {
  const { words } = columns;
  const found = new Map<number, NestedRead[]>();
  for (let op = 0; op < columns.count; op += 1) {
    if (columns.kind[op] !== opKind.txn || columns.status[op] !== opStatus.ok) continue;
    const [first, end] = branchOf(words, columns.offset[op]!, words[columns.offset[op]!] === 1);
    for (let node = first; node < end; node += nodeWords) {
      const revision = words[node] === opKind.range ? words[node + 3]! : 0;
      if (revision < columns.startRevision || revision > lastRevision) continue;
      const list = found.get(revision) ?? [];
      list.push({ op, node });
      found.set(revision, list);
    }
  }
  return found;
}
