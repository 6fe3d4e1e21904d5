import { formatDuration } from '../duration.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { cutWindows } from './evidence/cluster.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { count, describeOperation, listOf } from './evidence/describe.ts';
import {
  isolatedMembers,
  isolatedOperations,
  type IsolatedOperation,
} from './evidence/isolation.ts';
import { isSerializableRead } from './evidence/requests.ts';

const judged = {
  assertion: 'serializable-answers',
  title: 'Members cut off from a majority still answer serializable reads',
};

/**
 * A serializable read asks nobody but the member, so each one that ended while its member was
 * isolated must have been answered. Held only if each isolated member was asked at least once.
 */
export function serializableAnswers(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const cuts = cutWindows(run);
  const isolated = isolatedMembers(cuts);
  if (isolated.length === 0) {
    return notExercised(judged, 'no member was cut off from a majority', { cuts: cuts.length });
  }
  const tries = new Map<string, number>();
  const unanswered = new Map<string, IsolatedOperation[]>();
  for (const asked of isolatedOperations(run, cuts)) {
    if (asked.ending === 'pending' || !isSerializableRead(asked.operation.request)) continue;
    const { member } = asked.operation;
    tries.set(member, (tries.get(member) ?? 0) + 1);
    if (asked.ending === 'refused') {
      unanswered.set(member, [...(unanswered.get(member) ?? []), asked]);
    }
  }
  const doubts = cuts.flatMap((cut) => cut.doubts);
  const untried = isolated.filter((member) => !tries.has(member));
  const silence = `no serializable read was tried on ${listOf(untried)} while cut off from the majority`;
  const reads = [...tries.values()].reduce((sum, amount) => sum + amount, 0);
  return conclude(
    judged,
    {
      violations: [...unanswered].map(([member, failed]) => violationOf(member, failed, tries)),
      gaps: doubts.length > 0 ? doubts : untried.length > 0 ? [silence] : [],
      counts: { cuts: cuts.length, isolated: isolated.length, reads },
    },
    `${listOf(isolated)}, cut off from the majority, answered ${reads === 1 ? 'the one serializable read' : `all of ${count(reads, 'serializable read')}`}`,
  );
}

function violationOf(
  member: string,
  failed: readonly IsolatedOperation[],
  tries: ReadonlyMap<string, number>,
) {
  const first = failed.slice(0, 1).map(({ operation, position }) => {
    const { outcome, invokedMs } = operation;
    const error = outcome.status === 'ok' ? '' : `: ${outcome.error.message}`;
    return `${describeOperation(operation, position)}, invoked at ${formatDuration(invokedMs)}${error}`;
  });
  return {
    message: `${member}, cut off from the majority, left ${failed.length} of ${count(tries.get(member) ?? 0, 'serializable read')} unanswered, first ${first.join('')}`,
    operations: failed.slice(0, 1).map(({ position }) => position),
  };
}
