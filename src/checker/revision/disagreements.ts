import { kvWords, nodeWords, opKind } from '../columns/columns.ts';
import { describe, textOf } from '../describe.ts';
import { knownMs, told } from '../explain.ts';
import { report } from '../findings.ts';
import { branchOf } from './execute.ts';
import { countLive, nextLive } from './live-keys.ts';
import type { Disagreement, Replay } from './replay.ts';

/** Turns a disagreement into a finding: the operation, and who wrote what it should have seen. */
export function reportDisagreement(replay: Replay, found: Disagreement): void {
  const { columns, findings, slot } = replay.judgement;
  const { op, kind, revision } = found;
  const key = firstDifference(replay, found);
  const right = key === -1 ? -1 : (slot[replay.machine.mod[key]!] ?? -1);
  if (kind === 'contents' && columns.kind[op] === opKind.range) noteMissed(replay, op, key, right);
  const property = kind === 'snapshot' ? 'kv.serializable-snapshot' : 'kv.linearizable';
  const named = kind === 'branch' && columns.effective[op] === 1 ? 'lost-update' : 'state-mismatch';
  report(findings[property], named, [right, op], knownMs(columns, op), () => {
    if (kind === 'log') return `${told(columns, op)}, but the watchers were sent something else`;
    return tellState(replay, op, key, right, revision);
  });
}

function tellState(
  replay: Replay,
  op: number,
  key: number,
  right: number,
  revision: number,
): string {
  const { judgement, machine } = replay;
  const { columns } = judgement;
  const at = revision + columns.baseRevision;
  if (key === -1)
    return `${told(columns, op)}, which does not follow from the state at revision ${at}`;
  const name = textOf(columns.keys[key]);
  if (machine.value[key] === -1)
    return `${told(columns, op)}, but at revision ${at} there was no ${name}`;
  const is = `${name}=${textOf(columns.values[machine.value[key]!])}`;
  const since = machine.mod[key]! + columns.baseRevision;
  const why = right === -1 || right === op ? '' : `: ${describe(columns, right, 'pluperfect')}`;
  return `${told(columns, op)}, but at revision ${at} ${is} (since revision ${since})${why}`;
}

/** A read that shows less than an acknowledged write speaks against it. */
function noteMissed({ judgement, machine }: Replay, op: number, key: number, right: number): void {
  const { columns, missed } = judgement;
  if (right === -1 || columns.effective[right] === 0) return;
  const { words } = columns;
  const result = words[columns.offset[op]! + 5]!;
  const end = result + 2 + words[result + 1]! * kvWords;
  let shown = 0;
  for (let at = result + 2; at < end; at += kvWords) if (words[at] === key) shown = words[at + 3]!;
  if (shown < machine.mod[key]!) missed.add(right);
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
  if (kind === 'branch' && words[at + 1]! > 0) return words[at + 4 + 1]!;
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
    const same = words[at + 1] === machine.value[key] && words[at + 3] === machine.mod[key];
    if (live !== key || !same) return key;
    live = nextLive(machine.live, key + 1);
  }
  return live < hi ? live : -1;
}
