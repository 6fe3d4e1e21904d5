import { formatDuration } from '../duration.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';
import { quorum } from '../quorum.ts';
import type { Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { atTime } from './evidence/describe.ts';
import { type QuorumSpan, quorumSpans } from './evidence/quorum-spans.ts';

const judged = {
  assertion: 'keeps-quorum',
  title: 'Most voters are up at every moment',
};

/**
 * For changes of the membership: at no moment of the drill fewer voters are up than make a majority
 * of those that count. A voter counts from the moment etcd acknowledged its adding, whether or not it
 * ever starts; a learner does not count. By the journal alone: that clients felt it is another
 * assertion's. Not exercised where nobody joined, left or went down.
 */
export function keepsQuorum(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const spans = quorumSpans(run);
  if (spans.length < 2) return notExercised(judged, 'nobody joined, left or went down in this run');
  const least = spans.reduce((one, other) => (other.spare < one.spare ? other : one));
  return conclude(
    judged,
    {
      violations: spans.filter(({ spare }) => spare < 0).map(lost),
      gaps: [],
      counts: { voters: Math.max(...spans.map(({ voters }) => voters)) },
      measurements: [
        {
          name: 'quorum.spare',
          label: 'Voters that could have gone down too, at least',
          value: Math.max(0, least.spare),
          unit: 'count',
        },
      ],
    },
    `${least.up} of ${least.voters} voters were up when it was tightest, ${atTime(least.fromMs)}: ${least.spare} more could have gone down`,
  );
}

function lost({ fromMs, toMs, voters, up }: QuorumSpan) {
  const needed = quorum(voters);
  const message = `${up} of ${voters} voters were up for ${formatDuration(toMs - fromMs)} from ${formatDuration(fromMs)} on, and ${needed} make a majority`;
  return { message, moments: [{ t: fromMs, text: `${up} of ${voters} voters up` }] };
}
