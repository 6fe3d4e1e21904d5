import { formatDuration } from '../duration.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict, Violation } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { cutWindows } from './evidence/cluster.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { count, describeOperation, listOf } from './evidence/describe.ts';
import {
  isolatedMembers,
  isolatedOperations,
  type IsolatedOperation,
} from './evidence/isolation.ts';
import { isLinearizableRead, isWrite } from './evidence/requests.ts';

const judged = {
  assertion: 'isolated-refuses',
  title: 'Members cut off from a majority acknowledge no write and serve no linearizable read',
};

/** An operation left unanswered for this long was refused in deed, though its answer came after the heal. */
const heldBackMs = 1000;

/**
 * An isolated member answers no write and no linearizable read that was invoked after
 * `fault.injected` before healing begins; that goes for the old leader too, since etcd confirms a
 * linearizable read with a round of the quorum. Held only if each isolated member was asked for
 * both, and refused, or held them back for a second at least.
 */
export function isolatedRefuses(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const cuts = cutWindows(run);
  const isolated = isolatedMembers(cuts);
  if (isolated.length === 0) {
    return notExercised(judged, 'no member was cut off from a majority', { cuts: cuts.length });
  }
  const counts = { cuts: cuts.length, isolated: isolated.length, writes: 0, reads: 0 };
  const violations: Violation[] = [];
  const refused = { write: new Set<string>(), read: new Set<string>() };
  for (const asked of isolatedOperations(run, cuts)) {
    const { request, member } = asked.operation;
    const kind = isWrite(request) ? 'write' : isLinearizableRead(request) ? 'read' : undefined;
    if (kind === undefined) continue;
    if (asked.ending === 'ok') violations.push(violationOf(asked));
    if (!isEvidence(asked)) continue;
    counts[`${kind}s`] += 1;
    refused[kind].add(member);
  }
  const untried = (kind: 'write' | 'read', name: string) => {
    const members = isolated.filter((member) => !refused[kind].has(member));
    return members.length === 0
      ? []
      : [`no ${name} was tried on ${listOf(members)} while cut off from the majority`];
  };
  const doubts = cuts.flatMap((cut) => cut.doubts);
  const gaps =
    doubts.length > 0
      ? doubts
      : [...untried('write', 'write'), ...untried('read', 'linearizable read')];
  return conclude(
    judged,
    { violations, gaps, counts },
    `${listOf(isolated)}, cut off from the majority, answered none of ${count(counts.writes, 'write')} and ${count(counts.reads, 'linearizable read')}`,
  );
}

function violationOf({ operation, position, cut }: IsolatedOperation): Violation {
  const { member, request, invokedMs, returnedMs } = operation;
  const deed = isWrite(request) ? 'acknowledged a write' : 'answered a linearizable read';
  return {
    message: `${member} ${deed} ${formatDuration(returnedMs - cut.injectedMs)} after it was cut off from the majority: ${describeOperation(operation, position)}, invoked at ${formatDuration(invokedMs)}`,
    operations: [position],
  };
}

function isEvidence({ operation, cut, ending }: IsolatedOperation): boolean {
  return ending !== 'pending' || cut.endsMs - operation.invokedMs >= heldBackMs;
}
