import { textOf } from '../../describe.ts';
import { report } from '../../findings.ts';
import type { PropertyName } from '../../result.ts';
import { entriesAt, entryAt, type LogEntry } from '../../revision/event-log.ts';
import { ownerOf, streamName, type StreamPass } from './stream-state.ts';

/**
 * Everything in the log from a watch's start to the last revision it reached must have been
 * delivered on it. What is missing before the first event breaks the promise to resume.
 */
export function findMissing(pass: StreamPass, reached: number, lastMs: number): void {
  const { stream, known } = pass;
  const { byRevision, judgement } = known;
  if (!stream.created) return;
  const from = Math.max(stream.startRevision, judgement.columns.startRevision + 1);
  const to = Math.min(reached, byRevision.knownTo);
  for (let revision = from; revision <= to; revision += 1) {
    const [first, end] = entriesAt(byRevision.replay, revision);
    for (let entry = first; entry < end; entry += 1) {
      if (pass.deliveredOn[entry] === pass.index + 1) continue;
      const { key } = entryAt(byRevision.replay, entry, revision);
      if (key >= stream.lo && key < stream.hi) tellMissing(pass, entry, revision, lastMs);
    }
  }
}

/** At a progress notification everything up to its revision must have been delivered. */
export function findMissingAt(
  pass: StreamPass,
  from: number,
  bookmark: number,
  atMs: number,
): void {
  const { stream, known, index } = pass;
  const { byRevision } = known;
  if (!stream.created) return;
  for (let revision = from; revision <= Math.min(bookmark, byRevision.knownTo); revision += 1) {
    const [first, end] = entriesAt(byRevision.replay, revision);
    for (let entry = first; entry < end; entry += 1) {
      const found = entryAt(byRevision.replay, entry, revision);
      if (pass.deliveredOn[entry] === index + 1) continue;
      if (found.key < stream.lo || found.key >= stream.hi) continue;
      tell(pass, found, 'watch.bookmarkable', 'bookmark-ahead', atMs);
    }
  }
}

function tellMissing(pass: StreamPass, entry: number, revision: number, lastMs: number): void {
  const { replay } = pass.known.byRevision;
  const missing = entryAt(replay, entry, revision);
  tell(pass, missing, 'watch.reliable', 'event-missing', lastMs);
  if (pass.stream.askedRevision !== 0 && revision < pass.first) {
    tell(pass, missing, 'watch.resumable', 'start-missing', lastMs);
  }
  const [first, end] = entriesAt(replay, revision);
  for (let other = first; other < end; other += 1) {
    if (pass.deliveredOn[other] !== pass.index + 1) continue;
    tell(pass, missing, 'watch.atomic', 'revision-incomplete', lastMs);
    return;
  }
}

function tell(
  pass: StreamPass,
  { key, value, revision }: LogEntry,
  property: PropertyName,
  kind: 'event-missing' | 'start-missing' | 'revision-incomplete' | 'bookmark-ahead',
  atMs: number,
): void {
  const { judgement } = pass.known;
  const { keys, baseRevision } = judgement.columns;
  report(judgement.findings[property], kind, [ownerOf(pass.known, revision)], atMs, () => {
    const what = `the ${value === -1 ? 'delete' : 'put'} of ${textOf(keys[key])} at revision ${revision + baseRevision}`;
    const reached = Math.max(pass.highest, pass.bookmark) + baseRevision;
    return `${streamName(pass)} was never sent ${what}, though it reached revision ${reached}`;
  });
}
