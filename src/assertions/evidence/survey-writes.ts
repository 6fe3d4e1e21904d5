import { firstRevision } from '../../history/epoch.ts';
import type { Epoch } from '../../history/epochs-of.ts';
import type { Operation } from '../../history/operation.ts';
import type { Violation } from '../../verdict.ts';
import { count, describeOperation } from './describe.ts';
import { differences } from './differences.ts';
import { effectsOf } from './effects.ts';
import { eventLog, type EventLog } from './event-log.ts';
import { fateOf, type Fate } from './fate.ts';
import { finalReads, type FinalRead } from './final-read.ts';
import { keptByNext, leftBehind, noteLeftBehind, type LeftBehind } from './left-behind.ts';
import { withUnwatchedTail } from './unwatched-tail.ts';
import { appearedIn, noteUnacknowledged, unacknowledged } from './unacknowledged.ts';

/** What became of every write of one epoch. */
export interface Survey {
  /** Acknowledged ones that changed something. */
  readonly writes: number;
  readonly undecided: number;
  /** Those that the next epoch goes on without, by design. */
  readonly behind: LeftBehind;
  /** Acknowledged, and neither there at the end nor left behind by design. */
  readonly lost: readonly Violation[];
  /** Everything else that does not agree. */
  readonly wrong: readonly Violation[];
  /** Of unknown outcome, and how many of those were executed. */
  readonly unknown: number;
  readonly unknownExecuted: number;
  readonly failed: number;
  readonly gaps: readonly string[];
}

/**
 * Holds every acknowledged write of an epoch against what the watchers saw and against how its
 * keyspace was seen last: by the final reads, or in the state that the next epoch began with.
 */
export function surveyWrites(epoch: Epoch): Survey {
  const log = eventLog(epoch.watchRecords());
  const reads = epoch.next === undefined ? finalReads(epoch.operations()) : keptByNext(epoch);
  const [final] = reads;
  const startRevision = epoch.start === undefined ? 1 : firstRevision(epoch.start);
  const {
    log: completed,
    mayBeDeleted,
    doubtful,
  } = withUnwatchedTail(log, epoch.next === undefined ? undefined : final, epoch);
  const covers = (through: number): boolean => coversAll(completed, startRevision, through);
  // From a state that is not known, nothing that was read can be told to be wrong.
  const comparable = epoch.start?.unknownBecause === undefined ? reads : [];
  const differing = new Map(
    comparable
      .filter(({ revision }) => covers(revision))
      .flatMap((read) => [
        ...differences(completed, read, { initial: epoch.start?.state(), mayBeDeleted }),
      ]),
  );
  const tally = tallyWrites(epoch, log, final, differing);
  const appeared = appearedIn(log, tally.others);
  return {
    ...tally,
    wrong: [
      ...appeared.failed,
      ...[...log.contradictions, ...differing.values()].map((message) => ({ message })),
    ],
    unknown: new Set(tally.others.unknown.values()).size,
    unknownExecuted: appeared.unknown,
    failed: new Set([...tally.others.failed.values()].map(({ position }) => position)).size,
    gaps: [...gapsOf(epoch, tally, log, final, covers), ...doubts(doubtful, final)],
  };
}

/** Takes the differences that a lost write explains out of `differing`. */
function tallyWrites(
  epoch: Epoch,
  log: EventLog,
  final: FinalRead | undefined,
  differing: Map<number, string>,
) {
  const lost: Violation[] = [];
  const others = unacknowledged();
  const behind = leftBehind(epoch);
  // `late`: acknowledged only after the final read had begun.
  const tally = { writes: 0, undecided: 0, late: 0, behind, lost, others };
  const positions = epoch.positions()[Symbol.iterator]();
  for (const operation of epoch.operations()) {
    const position = positions.next().value ?? -1;
    noteUnacknowledged(others, operation, position);
    const effects = effectsOf(operation);
    if (operation.outcome.status !== 'ok' || effects.length === 0) continue;
    tally.writes += 1;
    const { revision } = operation.outcome.result;
    if (noteLeftBehind(behind, operation, position, revision)) continue;
    const isLate = final !== undefined && operation.returnedMs > final.invokedMs;
    if (isLate) tally.late += 1;
    // A read that began before the answer came says nothing about the write.
    const read = isLate ? undefined : final;
    const fate = worstOf(effects.map((effect) => fateOf(effect, revision, log, read)));
    const why = fate.kind === 'lost' ? fate.why : differing.get(revision);
    differing.delete(revision);
    if (why !== undefined) lost.push(lostWrite(operation, position, why));
    else if (fate.kind === 'undecided') tally.undecided += 1;
  }
  return tally;
}

function lostWrite(operation: Operation, position: number, why: string): Violation {
  return {
    message: `${describeOperation(operation, position)} is missing: ${why}`,
    operations: [position],
    moments: [
      { t: operation.returnedMs, member: operation.member, text: 'lost write acknowledged' },
    ],
  };
}

/** The epoch's first write is at the revision after the one it started from. */
function coversAll({ covered }: EventLog, startRevision: number, through: number): boolean {
  return (
    through <= startRevision ||
    covered.some((interval) => interval.from <= startRevision + 1 && through <= interval.through)
  );
}

function worstOf(fates: readonly Fate[]): Fate {
  return (
    fates.find(({ kind }) => kind === 'lost') ??
    fates.find(({ kind }) => kind === 'undecided') ?? { kind: 'present' }
  );
}

function gapsOf(
  { start, next }: Epoch,
  { undecided, late }: { readonly undecided: number; readonly late: number },
  log: EventLog,
  final: FinalRead | undefined,
  covers: (through: number) => boolean,
): string[] {
  const gaps: string[] = [];
  if (start?.unknownBecause !== undefined) {
    gaps.push(`the state it began with is not known: ${start.unknownBecause}`);
  }
  if (undecided > 0) {
    gaps.push(
      `${count(undecided, 'acknowledged write')} can neither be found nor missed: the watchers cover ${coverage(log)}`,
    );
  }
  if (final === undefined) {
    const unknown = next?.unknownBecause;
    gaps.push(
      unknown === undefined
        ? 'the whole keyspace was not read at the end'
        : `the state that the next epoch began with is not known: ${unknown}`,
    );
  } else if (late > 0) {
    gaps.push(
      `the final read of the keyspace began before ${count(late, 'write')} had been acknowledged`,
    );
  } else if (undecided === 0 && !covers(final.revision)) {
    const what = next === undefined ? 'the final read' : final.source;
    gaps.push(
      `${what} at revision ${final.revision} has nothing to be compared with: the watchers cover ${coverage(log)}`,
    );
  }
  return gaps;
}

function doubts(doubtful: readonly string[], final: FinalRead | undefined): string[] {
  const [first] = doubtful;
  if (first === undefined || final === undefined) return [];
  return [
    `${final.source} lacks ${count(doubtful.length, 'key')} that may have been deleted at a revision nobody watched, or lost: ${JSON.stringify(first)}${doubtful.length > 1 ? ' first' : ''}`,
  ];
}

function coverage({ covered }: EventLog): string {
  if (covered.length === 0) return 'no revision';
  return `revisions ${covered.map(({ from, through }) => `${from} to ${through}`).join(', ')} only`;
}
