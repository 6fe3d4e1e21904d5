import { kvWords, type Columns } from '../columns/columns.ts';
import { intBuffer, reserve, type IntBuffer } from '../columns/int-buffer.ts';
import { countLive, liveKeys, nextLive, setLive, type LiveKeys } from './live-keys.ts';

/** etcd's keyspace at one revision, with a journal of overwritten entries so a step can be undone. */
export interface Machine {
  /** -1 where the key is absent. */
  readonly value: Int32Array;
  readonly create: Int32Array;
  readonly mod: Int32Array;
  readonly version: Int32Array;
  readonly lease: Int32Array;
  readonly live: LiveKeys;
  /** Live keys attached to each lease. */
  readonly attached: Int32Array;
  /** `key` and its five fields as they were, one entry per write, oldest first. */
  readonly journal: IntBuffer;
}

export const journalWords = 6;

export function machineAtStart(columns: Columns): Machine {
  const keys = columns.keys.length;
  const machine: Machine = {
    value: new Int32Array(keys).fill(-1),
    create: new Int32Array(keys),
    mod: new Int32Array(keys),
    version: new Int32Array(keys),
    lease: new Int32Array(keys),
    live: liveKeys(keys),
    attached: new Int32Array(columns.leases.length),
    journal: intBuffer(),
  };
  const { initial } = columns;
  for (let at = 0; at < initial.length; at += kvWords) {
    const [key = 0, value = 0, create = 0, mod = 0, version = 0, lease = 0] = initial.subarray(at);
    replaceEntry(machine, key, value, create, mod, version, lease);
  }
  return machine;
}

export function putKey(
  machine: Machine,
  key: number,
  value: number,
  lease: number,
  revision: number,
): void {
  remember(machine, key);
  const live = machine.value[key] !== -1;
  const create = live ? machine.create[key]! : revision;
  const version = live ? machine.version[key]! + 1 : 1;
  replaceEntry(machine, key, value, create, revision, version, lease);
}

/** Deletes the live keys of `[lo, hi)`; returns how many there were. */
export function deleteKeys(machine: Machine, lo: number, hi: number): number {
  const end = Math.min(hi, machine.value.length);
  if (end === lo + 1) return deleteKey(machine, lo);
  const count = countLive(machine.live, lo, end);
  for (let left = count, key = lo; left > 0; left -= 1, key += 1) {
    key = nextLive(machine.live, key);
    deleteKey(machine, key);
  }
  return count;
}

export function deleteKey(machine: Machine, key: number): number {
  if (machine.value[key] === -1) return 0;
  remember(machine, key);
  replaceEntry(machine, key, -1, 0, 0, 0, 0);
  return 1;
}

/** Undoes every write since the journal was `mark` long. */
export function rollBack(machine: Machine, mark: number): void {
  const { data } = machine.journal;
  for (let at = machine.journal.length - journalWords; at >= mark; at -= journalWords) {
    replaceEntry(
      machine,
      data[at]!,
      data[at + 1]!,
      data[at + 2]!,
      data[at + 3]!,
      data[at + 4]!,
      data[at + 5]!,
    );
  }
  machine.journal.length = mark;
}

function remember(machine: Machine, key: number): void {
  const at = reserve(machine.journal, journalWords);
  const { data } = machine.journal;
  data[at] = key;
  data[at + 1] = machine.value[key]!;
  data[at + 2] = machine.create[key]!;
  data[at + 3] = machine.mod[key]!;
  data[at + 4] = machine.version[key]!;
  data[at + 5] = machine.lease[key]!;
}

function replaceEntry(
  machine: Machine,
  key: number,
  value: number,
  create: number,
  mod: number,
  version: number,
  lease: number,
): void {
  const before = machine.lease[key]!;
  if (before !== lease) {
    machine.attached[before]! -= 1;
    machine.attached[lease]! += 1;
  }
  setLive(machine.live, key, value === -1 ? 0 : 1);
  machine.value[key] = value;
  machine.create[key] = create;
  machine.mod[key] = mod;
  machine.version[key] = version;
  machine.lease[key] = lease;
}
