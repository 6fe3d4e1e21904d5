import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Measurement, Verdict, Violation } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude } from './evidence/conclude.ts';
import { count, describeOperation } from './evidence/describe.ts';
import { differences } from './evidence/differences.ts';
import { effectsOf } from './evidence/effects.ts';
import { eventLog, type EventLog } from './evidence/event-log.ts';
import { fateOf, type Fate } from './evidence/fate.ts';
import { finalRead, type FinalRead } from './evidence/final-read.ts';
import { isAcknowledgedWrite } from './evidence/requests.ts';
import { appearedIn, noteUnacknowledged, unacknowledged } from './evidence/unacknowledged.ts';

const judged = {
  assertion: 'durable',
  title: 'Every acknowledged write is present at the end, at its revision',
};

/**
 * Every acknowledged put, delete and transaction is found at the revision of its answer in what
 * the members' watchers saw, and the last event of each key is what a last read of every key finds.
 * What was lost is listed; their number is the RPO. A write that was refused or never sent must not
 * appear; one of unknown outcome may. Held only if the watchers cover every revision and the last
 * read began after the last acknowledgement.
 */
export function durable(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const log = eventLog(run);
  const final = finalRead(run);
  const complete = final !== undefined && coversAll(log, final.revision);
  const differing = new Map(complete ? differences(log, final) : []);
  const counts = { writes: 0, lost: 0, undecided: 0, unknown: 0, unknownExecuted: 0, failed: 0 };
  const violations: Violation[] = [];
  const others = unacknowledged();
  let late = 0;
  let position = -1;
  for (const operation of run.history.operations()) {
    position += 1;
    noteUnacknowledged(others, operation, position);
    const effects = effectsOf(operation);
    if (!isAcknowledgedWrite(operation) || operation.outcome.status !== 'ok') continue;
    if (effects.length === 0) continue;
    const { revision } = operation.outcome.result;
    counts.writes += 1;
    const isLate = final !== undefined && operation.returnedMs > final.invokedMs;
    if (isLate) late += 1;
    // A read that began before the answer came says nothing about the write.
    const read = isLate ? undefined : final;
    const fate = worstOf(effects.map((effect) => fateOf(effect, revision, log, read)));
    const why = fate.kind === 'lost' ? fate.why : differing.get(revision);
    differing.delete(revision);
    if (why !== undefined) {
      counts.lost += 1;
      const message = `${describeOperation(operation, position)} is missing: ${why}`;
      violations.push({ message, operations: [position] });
    } else if (fate.kind === 'undecided') {
      counts.undecided += 1;
    }
  }
  const appeared = appearedIn(log, others);
  violations.push(
    ...appeared.failed,
    ...[...log.contradictions, ...differing.values()].map((message) => ({ message })),
  );
  counts.unknown = new Set(others.unknown.values()).size;
  counts.unknownExecuted = appeared.unknown;
  counts.failed = new Set([...others.failed.values()].map((failed) => failed.position)).size;
  const gaps = gapsOf(counts, log, final, late);
  return conclude(
    judged,
    { violations, gaps, counts, measurements: rpo(counts.lost, gaps) },
    `${count(counts.writes, 'acknowledged write')}, none lost; of ${counts.unknown} with unknown outcome ${counts.unknownExecuted} were executed`,
  );
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
  counts: { readonly writes: number; readonly undecided: number },
  log: EventLog,
  final: FinalRead | undefined,
  late: number,
): string[] {
  if (counts.writes === 0) return ['the load had no write acknowledged, so nothing could be lost'];
  const gaps: string[] = [];
  if (counts.undecided > 0) {
    gaps.push(
      `${count(counts.undecided, 'acknowledged write')} can neither be found nor missed: the watchers cover ${coverage(log)}`,
    );
  }
  if (final === undefined) {
    gaps.push('the whole keyspace was not read at the end');
  } else if (late > 0) {
    gaps.push(
      `the final read of the keyspace began before ${count(late, 'write')} had been acknowledged`,
    );
  } else if (counts.undecided === 0 && !coversAll(log, final.revision)) {
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
