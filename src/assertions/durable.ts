import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Measurement, Verdict, Violation } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude } from './evidence/conclude.ts';
import { count, describeOperation } from './evidence/describe.ts';
import { differences } from './evidence/differences.ts';
import { effectsOf } from './evidence/effects.ts';
import { eventLog, type EventLog } from './evidence/event-log.ts';
import { fateOf, type Fate } from './evidence/fate.ts';
import { finalReads, type FinalRead } from './evidence/final-read.ts';
import {
  appearedIn,
  noteUnacknowledged,
  unacknowledged,
  type Unacknowledged,
} from './evidence/unacknowledged.ts';

const judged = {
  assertion: 'durable',
  title: 'Every acknowledged write is present at the end, at its revision',
};

/**
 * Every acknowledged put, delete and transaction is found at the revision of its answer in what
 * the members' watchers saw, and the last event of each key is what last reads of every key find,
 * through whichever member. What was lost is listed; their number is the RPO. A write that was refused or never sent must not
 * appear; one of unknown outcome may. Held only if the watchers cover every revision and the
 * last read began after the last acknowledgement.
 */
export function durable(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const log = eventLog(run);
  const reads = finalReads(run);
  const [final] = reads;
  const comparable = reads.filter(({ revision }) => coversAll(log, revision));
  const differing = new Map(comparable.flatMap((read) => [...differences(log, read)]));
  const { writes, undecided, late, lost, others } = surveyWrites(run, log, final, differing);
  const appeared = appearedIn(log, others);
  const gaps = gapsOf({ writes, undecided, late }, log, final);
  const unknown = new Set(others.unknown.values()).size;
  return conclude(
    judged,
    {
      violations: [
        ...lost,
        ...appeared.failed,
        ...[...log.contradictions, ...differing.values()].map((message) => ({ message })),
      ],
      gaps,
      counts: {
        writes,
        lost: lost.length,
        undecided,
        unknown,
        unknownExecuted: appeared.unknown,
        failed: new Set([...others.failed.values()].map(({ position }) => position)).size,
      },
      measurements: rpo(lost.length, gaps),
    },
    `${count(writes, 'acknowledged write')}, none lost; of ${unknown} with unknown outcome ${appeared.unknown} were executed`,
  );
}

/** What became of every write of the history, in one pass. */
interface Survey {
  /** Acknowledged ones that changed something. */
  writes: number;
  undecided: number;
  /** Acknowledged only after the final read had begun. */
  late: number;
  readonly lost: Violation[];
  readonly others: Unacknowledged;
}

/** Takes the differences that a lost write explains out of `differing`. */
function surveyWrites(
  run: RecordedRun,
  log: EventLog,
  final: FinalRead | undefined,
  differing: Map<number, string>,
): Survey {
  const survey: Survey = { writes: 0, undecided: 0, late: 0, lost: [], others: unacknowledged() };
  let position = -1;
  for (const operation of run.history.operations()) {
    position += 1;
    noteUnacknowledged(survey.others, operation, position);
    const effects = effectsOf(operation);
    if (operation.outcome.status !== 'ok' || effects.length === 0) continue;
    survey.writes += 1;
    const isLate = final !== undefined && operation.returnedMs > final.invokedMs;
    if (isLate) survey.late += 1;
    // A read that began before the answer came says nothing about the write.
    const read = isLate ? undefined : final;
    const { revision } = operation.outcome.result;
    const fate = worstOf(effects.map((effect) => fateOf(effect, revision, log, read)));
    const why = fate.kind === 'lost' ? fate.why : differing.get(revision);
    differing.delete(revision);
    if (why !== undefined) {
      const message = `${describeOperation(operation, position)} is missing: ${why}`;
      survey.lost.push({ message, operations: [position] });
    } else if (fate.kind === 'undecided') {
      survey.undecided += 1;
    }
  }
  return survey;
}

/** Etcd's first revision is 1, of the empty keyspace: the first write makes revision 2. */
function coversAll({ covered }: EventLog, through: number): boolean {
  return (
    through < 2 || covered.some((interval) => interval.from <= 2 && through <= interval.through)
  );
}

function worstOf(fates: readonly Fate[]): Fate {
  return (
    fates.find(({ kind }) => kind === 'lost') ??
    fates.find(({ kind }) => kind === 'undecided') ?? { kind: 'present' }
  );
}

function gapsOf(
  { writes, undecided, late }: Pick<Survey, 'writes' | 'undecided' | 'late'>,
  log: EventLog,
  final: FinalRead | undefined,
): string[] {
  if (writes === 0) return ['the load had no write acknowledged, so nothing could be lost'];
  const gaps: string[] = [];
  if (undecided > 0) {
    gaps.push(
      `${count(undecided, 'acknowledged write')} can neither be found nor missed: the watchers cover ${coverage(log)}`,
    );
  }
  if (final === undefined) {
    gaps.push('the whole keyspace was not read at the end');
  } else if (late > 0) {
    gaps.push(
      `the final read of the keyspace began before ${count(late, 'write')} had been acknowledged`,
    );
  } else if (undecided === 0 && !coversAll(log, final.revision)) {
    gaps.push(
      `the final read at revision ${final.revision} has nothing to be compared with: the watchers cover ${coverage(log)}`,
    );
  }
  return gaps;
}

function coverage({ covered }: EventLog): string {
  if (covered.length === 0) return 'no revision';
  return `revisions ${covered.map(({ from, through }) => `${from} to ${through}`).join(', ')} only`;
}

function rpo(lost: number, gaps: readonly string[]): Measurement[] {
  // With evidence missing the number would be a lower bound, which reads like a result.
  if (lost === 0 && gaps.length > 0) return [];
  return [
    {
      name: 'rpo.writes',
      label: 'RPO: acknowledged writes lost',
      value: lost,
      unit: 'count',
      bound: 0,
    },
  ];
}
