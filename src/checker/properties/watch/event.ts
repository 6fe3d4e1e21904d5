import { kvWords } from '../../columns/columns.ts';
import { textOf } from '../../describe.ts';
import { report } from '../../findings.ts';
import type { PropertyName } from '../../result.ts';
import { entryAt, findEntry, type LogEntry } from '../../revision/event-log.ts';
import { ownerOf, streamName, type StreamPass } from './stream-state.ts';

/** Judges one delivered event: its place in the stream, then its contents. */
export function judgeEvent(pass: StreamPass, event: number, record: number): void {
  const { columns } = pass.known.judgement;
  const revision = columns.events.revision[event]!;
  const key = columns.events.key[event]!;
  const { stream } = pass;
  if (stream.created) {
    if (key < stream.lo || key >= stream.hi)
      tell(pass, event, record, 'watch.filter', 'foreign-key');
    if (revision < stream.startRevision) {
      tell(pass, event, record, 'watch.resumable', 'before-start');
    }
  }
  const entry = entryOf(pass, revision, key);
  judgeOrder(pass, event, record, deliveredBefore(pass, entry, revision, key));
  if (entry !== -1) {
    pass.deliveredOn[entry] = pass.index + 1;
    judgeContents(pass, event, record, entryAt(pass.known.byRevision.replay, entry, revision));
  } else {
    pass.strangers.add(`${revision}/${key}`);
    if (revision <= pass.known.byRevision.knownTo && revision > columns.startRevision) {
      tell(pass, event, record, 'watch.reliable', 'event-not-in-log');
    }
  }
  if (pass.first === Infinity) pass.first = revision;
  pass.highest = Math.max(pass.highest, revision);
  pass.lastRecord = record;
}

function judgeOrder(pass: StreamPass, event: number, record: number, again: boolean): void {
  const revision = pass.known.judgement.columns.events.revision[event]!;
  if (revision < pass.highest) tell(pass, event, record, 'watch.ordered', 'went-back');
  if (again) tell(pass, event, record, 'watch.unique', 'delivered-twice');
  else if (revision === pass.highest && record !== pass.lastRecord && !pass.lastWasFragment) {
    tell(pass, event, record, 'watch.atomic', 'revision-split');
  }
  if (revision <= pass.bookmark) tell(pass, event, record, 'watch.bookmarkable', 'after-bookmark');
}

function judgeContents(pass: StreamPass, event: number, record: number, entry: LogEntry): void {
  const { events } = pass.known.judgement.columns;
  const value = events.value[event]!;
  if (value !== entry.value || (value !== -1 && events.lease[event] !== entry.lease)) {
    tell(pass, event, record, 'watch.reliable', 'event-altered');
  } else if (value !== -1) judgeMetadata(pass, event, record, entry);
  judgePrevious(pass, event, record, entry);
}

/** A put creates its key exactly where create and mod revision are equal, and counts versions from 1. */
function judgeMetadata(pass: StreamPass, event: number, record: number, entry: LogEntry): void {
  const { events } = pass.known.judgement.columns;
  const { before, revision } = entry;
  const creates = before.value === -1;
  if (
    (events.create[event] === revision) !== creates ||
    (events.version[event] === 1) !== creates
  ) {
    tell(pass, event, record, 'watch.is-create', 'wrong-is-create');
    return;
  }
  const create = creates ? revision : before.create;
  const version = creates ? 1 : before.version + 1;
  if (events.create[event] !== create || events.version[event] !== version) {
    tell(pass, event, record, 'watch.reliable', 'event-altered');
  }
}

function judgePrevious(pass: StreamPass, event: number, record: number, entry: LogEntry): void {
  const { events, words } = pass.known.judgement.columns;
  const { before, revision } = entry;
  const at = events.previous[event]!;
  if (!pass.stream.prevKv) return;
  if (at === -1) {
    if (before.value === -1 || pass.known.compactedTo >= revision) return;
    tell(pass, event, record, 'watch.prevkv', 'previous-missing');
    return;
  }
  const [, value, create, mod, version, lease] = words.subarray(at, at + kvWords);
  const same =
    value === before.value &&
    create === before.create &&
    mod === before.mod &&
    version === before.version &&
    lease === before.lease;
  if (!same) tell(pass, event, record, 'watch.prevkv', 'previous-wrong');
}

function entryOf({ known }: StreamPass, revision: number, key: number): number {
  const { byRevision, judgement } = known;
  const inLog = revision > judgement.columns.startRevision && revision <= byRevision.knownTo;
  return inLog ? findEntry(byRevision.replay, revision, key) : -1;
}

function deliveredBefore(pass: StreamPass, entry: number, revision: number, key: number): boolean {
  if (entry === -1) return pass.strangers.has(`${revision}/${key}`);
  return pass.deliveredOn[entry] === pass.index + 1;
}

const complaints = {
  'foreign-key': 'a key outside the range it asked for',
  'before-start': 'an event from before the revision it asked for',
  'event-not-in-log': 'an event that is not in the log',
  'went-back': 'an event older than one it had been sent',
  'delivered-twice': 'an event it had been sent already',
  'revision-split': 'a revision in two responses',
  'after-bookmark': 'an event that a progress notification had said was delivered',
  'event-altered': 'an event that differs from the log',
  'wrong-is-create': 'an event that is wrong about having created its key',
  'previous-missing': 'an event without the previous value it asked for',
  'previous-wrong': 'an event with a wrong previous value',
} as const;

function tell(
  pass: StreamPass,
  event: number,
  record: number,
  property: PropertyName,
  kind: keyof typeof complaints,
): void {
  const { judgement } = pass.known;
  const { events, records, keys, baseRevision } = judgement.columns;
  const revision = events.revision[event]!;
  const operations = [ownerOf(pass.known, revision)];
  report(judgement.findings[property], kind, operations, records.receivedMs[record]!, () => {
    const what = `${events.value[event] === -1 ? 'delete' : 'put'} of ${textOf(keys[events.key[event]!])}`;
    const limit = kind === 'before-start' ? ` (${pass.stream.startRevision + baseRevision})` : '';
    const past = kind === 'went-back' ? ` (${pass.highest + baseRevision})` : '';
    return `${streamName(pass)} was sent ${complaints[kind]}${limit}${past}: the ${what} at revision ${revision + baseRevision}`;
  });
}
