import { kvWords, nodeWords, opKind, txnHeadWords, type Columns } from '../columns/columns.ts';
import { describe, textOf } from '../describe.ts';
import { knownMs, told } from '../explain.ts';
import { report } from '../findings.ts';
import { branchOf, entryEquals } from './execute.ts';
import { recordOf } from './evidence.ts';
import { countLive, nextLive } from './live-keys.ts';
import { journalWords } from './machine.ts';
import type { Disagreement, Replay } from './replay.ts';
import { likeliestGroup } from './watch-log.ts';

/** Turns a disagreement into a finding: the operation, and who wrote what it should have seen. */
export function reportDisagreement(replay: Replay, found: Disagreement): void {
  const { columns, findings, slot } = replay.judgement;
  const { op, kind } = found;
  const key = firstDifference(replay, found);
  const truth = key === -1 ? undefined : entryFor(replay, found, key);
  const right = truth === undefined ? -1 : (slot[truth.mod] ?? -1);
  const property = kind === 'snapshot' ? 'kv.serializable-snapshot' : 'kv.linearizable';
  const named = kind === 'branch' && columns.effective[op] === 1 ? 'lost-update' : 'state-mismatch';
  const atMs = kind === 'log' ? loggedMs(replay, found) : knownMs(columns, op);
  report(findings[property], named, [right, op], atMs, () => {
    if (kind === 'log') return `${told(columns, op)}, but the watchers were sent something else`;
    const what = `${told(columns, op)}${tellMetadata(replay, found, key)}`;
    if (truth === undefined)
      return `${what}, which does not follow from the state at that revision`;
    return `${what}, but ${tellTruth(columns, truth, right === op ? -1 : right)}`;
  });
}

/** A key as the state has it where a disagreement is about it. */
interface Truth {
  readonly key: number;
  readonly revision: number;
  readonly value: number;
  readonly mod: number;
  readonly version: number;
}

/** A transaction's compares were made on the state before it, which its own writes have replaced. */
function entryFor({ machine, journalAt }: Replay, found: Disagreement, key: number): Truth {
  const { revision, kind } = found;
  const { data, length } = machine.journal;
  const from = kind === 'branch' ? journalAt[revision]! : length;
  for (let at = from; at < length; at += journalWords) {
    if (data[at] !== key) continue;
    const before = { value: data[at + 1]!, mod: data[at + 3]!, version: data[at + 4]! };
    return { key, revision: revision - 1, ...before };
  }
  const now = {
    value: machine.value[key]!,
    mod: machine.mod[key]!,
    version: machine.version[key]!,
  };
  return { key, revision, ...now };
}

function tellTruth(columns: Columns, truth: Truth, right: number): string {
  const { key, revision, value, mod, version } = truth;
  const at = revision + columns.baseRevision;
  const name = textOf(columns.keys[key]);
  if (value === -1) return `at revision ${at} there was no ${name}`;
  const since = mod + columns.baseRevision;
  const is = `${name} was ${textOf(columns.values[value])}, version ${version} of revision ${since}`;
  const by = right === -1 ? '' : `: ${describe(columns, right, 'pluperfect')}`;
  return `at revision ${at} ${is}${by}`;
}

/** Where the value is right and only its metadata is not, the metadata that was shown. */
function tellMetadata({ machine, judgement }: Replay, found: Disagreement, key: number): string {
  const { words, offset, kind } = judgement.columns;
  if (found.node !== undefined || kind[found.op] === opKind.txn || key === -1) return '';
  const at = shownAt(words, offset[found.op]!, key);
  if (at === -1 || words[at + 1] !== machine.value[key]) return '';
  return `, as version ${words[at + 4]} of revision ${words[at + 3]! + judgement.columns.baseRevision}`;
}

/** When the watchers were sent what contradicts an answer. */
function loggedMs({ judgement }: Replay, { op, revision }: Disagreement): number {
  const { columns, log } = judgement;
  const event = log.groups.data[likeliestGroup(log, revision)]!;
  const record = recordOf(columns.records, event);
  return Math.max(knownMs(columns, op), columns.records.receivedMs[record]!);
}

/** Where a range's result shows a key, or -1. */
function shownAt(words: Int32Array, node: number, key: number): number {
  const result = words[node + 5]!;
  if (result === -1) return -1;
  const end = result + 2 + words[result + 1]! * kvWords;
  for (let at = result + 2; at < end; at += kvWords) if (words[at] === key) return at;
  return -1;
}

/** The first key on which the operation and the state differ, or -1. */
function firstDifference(replay: Replay, { op, kind, node }: Disagreement): number {
  const { columns } = replay.judgement;
  const { words } = columns;
  const at = columns.offset[op]!;
  if (node !== undefined) return differenceInRange(replay, node);
  if (columns.kind[op] === opKind.put || kind === 'log') return -1;
  if (columns.kind[op] === opKind.delete) return liveIn(replay, words[at + 1]!, words[at + 2]!);
  if (columns.kind[op] !== opKind.txn) return differenceInRange(replay, at);
  if (kind === 'branch' && words[at + 1]! > 0) return words[at + txnHeadWords + 1]!;
  const [first, end] = branchOf(words, at, words[at] === 1);
  for (let next = first; next < end; next += nodeWords) {
    const key = words[next] === opKind.range ? differenceInRange(replay, next) : -1;
    if (key !== -1) return key;
  }
  return -1;
}

function liveIn({ machine }: Replay, lo: number, hi: number): number {
  return countLive(machine.live, lo, hi) === 0 ? lo : nextLive(machine.live, lo);
}

function differenceInRange({ machine, judgement }: Replay, node: number): number {
  const { words } = judgement.columns;
  const result = words[node + 5]!;
  if (result === -1) return -1;
  const hi = Math.min(words[node + 2]!, machine.value.length);
  let live = nextLive(machine.live, words[node + 1]!);
  for (let index = 0; index < words[result + 1]!; index += 1) {
    const at = result + 2 + index * kvWords;
    const key = words[at]!;
    if (live < key && live < hi) return live;
    if (live !== key || !entryEquals(machine, key, words, at)) return key;
    live = nextLive(machine.live, key + 1);
  }
  return live < hi ? live : -1;
}
