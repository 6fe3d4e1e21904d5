import { kvWords, nodeWords, opKind, opStatus, type RecordColumns } from '../columns/columns.ts';
import {
  tellAppliedTwice,
  tellFailedVisible,
  tellPhantom,
  tellTooEarly,
  type Sighting,
} from '../explain.ts';
import { report } from '../findings.ts';
import type { Judgement } from '../judgement.ts';
import { branchOf } from './execute.ts';
import { reportCollision } from './slots.ts';
import { likeliestGroup } from './watch-log.ts';
import { writer, writesValue } from './writers.ts';

/**
 * Every value seen, in a read or by a watcher, was written by one known operation: that binds
 * unknown writes to the revision they happened at, and finds values that nobody wrote, that a
 * failed write left, or that were applied twice.
 */
export function bindByEvidence(judgement: Judgement): void {
  const { columns, lastRevision } = judgement;
  for (let revision = columns.startRevision + 1; revision <= lastRevision; revision += 1) {
    if (judgement.slot[revision] === -1) bindGroup(judgement, revision);
  }
  for (let op = 0; op < columns.count; op += 1) {
    if (columns.status[op] === opStatus.ok) bindReads(judgement, op);
  }
}

/** Where streams disagree about a revision, that is the watchers' matter: the likeliest counts. */
function bindGroup(judgement: Judgement, revision: number): void {
  const { log, columns } = judgement;
  const group = likeliestGroup(log, revision);
  if (group === -1) return;
  const first = log.groups.data[group]!;
  const end = first + log.groups.data[group + 1]!;
  for (let event = first; event < end; event += 1) {
    const value = columns.events.value[event]!;
    const key = columns.events.key[event]!;
    if (value !== -1) bind(judgement, { key, value, revision, reader: -1, event });
  }
}

function bindReads(judgement: Judgement, op: number): void {
  const { kind, offset, words } = judgement.columns;
  const at = offset[op]!;
  if (kind[op] === opKind.range || kind[op] === opKind.serializableRange) {
    bindFound(judgement, op, at);
  } else if (kind[op] === opKind.txn && words[at + 2]! + words[at + 3]! > 0) {
    const [first, end] = branchOf(words, at, words[at] === 1);
    for (let node = first; node < end; node += nodeWords) {
      if (words[node] === opKind.range) bindFound(judgement, op, node);
    }
  }
}

function bindFound(judgement: Judgement, op: number, node: number): void {
  const { columns, writers } = judgement;
  const { words } = columns;
  const result = words[node + 5]!;
  if (result === -1) return;
  const end = result + 2 + words[result + 1]! * kvWords;
  const asked = words[node + 3]!;
  const seen = asked === 0 ? columns.revision[op]! : asked;
  for (let at = result + 2; at < end; at += kvWords) {
    const key = words[at]!;
    const value = words[at + 1]!;
    const revision = words[at + 3]!;
    // What had been overwritten when the history began, nobody here need have written.
    if (seen < columns.startRevision && revision <= columns.startRevision) continue;
    const by = writers[value]!;
    // Nearly every read shows a write where it was acknowledged: no object for those.
    const acknowledged =
      by >= 0 && columns.effective[by] === 1 && columns.revision[by] === revision;
    if (!acknowledged) bind(judgement, { key, value, revision, reader: op, event: -1 });
  }
}

function bind(judgement: Judgement, sighting: Sighting): void {
  const { columns, writers, slot, foundAt } = judgement;
  const { value, revision } = sighting;
  const by = writers[value]!;
  if (by < 0) {
    if (by === writer.nobody) reportPhantom(judgement, sighting);
    return;
  }
  if (slot[revision] === by && foundAt[by] !== 0) return;
  if (!writesValue(columns, by, sighting.key, value)) reportPhantom(judgement, sighting);
  else if (columns.status[by] === opStatus.failed) reportFailed(judgement, by, sighting);
  else if (columns.status[by] === opStatus.ok) checkAppliedOnce(judgement, by, sighting);
  else bindUnknown(judgement, by, sighting);
}

/** Where another operation owns the revision seen, only the reader is wrong: the replay tells. */
function checkAppliedOnce(judgement: Judgement, op: number, sighting: Sighting): void {
  const { columns, slot, lastRevision } = judgement;
  const { revision } = sighting;
  const free =
    revision > columns.startRevision && revision <= lastRevision && slot[revision] === -1;
  if (free && columns.effective[op] === 1) reportTwice(judgement, op, sighting);
  else if (columns.effective[op] === 0) reportPhantom(judgement, sighting);
}

/** An unknown write seen at a revision owns it, unless that cannot be. */
function bindUnknown(judgement: Judgement, op: number, sighting: Sighting): void {
  const { columns, slot, foundAt, floors, lastRevision } = judgement;
  const { revision } = sighting;
  const findings = judgement.findings['kv.linearizable'];
  if (revision <= columns.startRevision || revision > lastRevision) {
    reportPhantom(judgement, sighting);
  } else if (foundAt[op] !== 0 && foundAt[op] !== revision) {
    reportTwice(judgement, op, sighting);
  } else if (revision <= floors.floor[op]!) {
    const witness = floors.witness[op]!;
    report(
      findings,
      'future-read',
      [witness, op, sighting.reader],
      seenMs(judgement, sighting),
      () => tellTooEarly(columns, op, witness, sighting),
    );
  } else {
    const owner = slot[revision]!;
    foundAt[op] = revision;
    if (owner === -1) slot[revision] = op;
    else if (owner !== op) reportCollision(columns, findings, owner, op);
  }
}

function reportPhantom(judgement: Judgement, sighting: Sighting): void {
  const { columns, findings } = judgement;
  report(
    findings['kv.linearizable'],
    'phantom-value',
    [sighting.reader],
    seenMs(judgement, sighting),
    () => tellPhantom(columns, sighting),
  );
}

function reportFailed(judgement: Judgement, op: number, sighting: Sighting): void {
  const { columns, findings } = judgement;
  const operations = [op, sighting.reader];
  report(
    findings['kv.linearizable'],
    'failed-write-visible',
    operations,
    seenMs(judgement, sighting),
    () => tellFailedVisible(columns, op, sighting),
  );
}

function reportTwice(judgement: Judgement, op: number, sighting: Sighting): void {
  const { columns, findings, foundAt } = judgement;
  const first = columns.status[op] === opStatus.ok ? columns.revision[op]! : foundAt[op]!;
  report(
    findings['kv.linearizable'],
    'double-apply',
    [op, sighting.reader],
    seenMs(judgement, sighting),
    () => tellAppliedTwice(columns, op, first, sighting),
  );
}

function seenMs({ columns }: Judgement, { reader, event }: Sighting): number {
  if (reader !== -1) return columns.returnedMs[reader]!;
  return columns.records.receivedMs[recordOf(columns.records, event)]!;
}

/** The record an event came in. */
export function recordOf({ firstEvent }: RecordColumns, event: number): number {
  let low = 0;
  let high = firstEvent.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (firstEvent[middle]! <= event) low = middle;
    else high = middle;
  }
  return low;
}
