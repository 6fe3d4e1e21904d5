import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict, Violation } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { atTime, count } from './evidence/describe.ts';
import { faultWindows, type FaultWindow } from './evidence/fault-windows.ts';

const judged = {
  assertion: 'stable-leader',
  title: 'The leader stays while the faults are held',
};

/**
 * For faults that slow members down and cut nobody off: the cluster must keep its leader. Violated by
 * an election ("became leader" in a member's log) between a fault's injection and its heal, and by a
 * moment at which most members named no leader.
 */
export function stableLeader(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const windows = faultWindows(run);
  if (windows.length === 0) return notExercised(judged, 'no fault was injected');
  const lost = windows.flatMap((window) => lossesDuring(run, window));
  const held = `no election and no moment without a leader under ${count(windows.length, 'fault')}`;
  return conclude(
    judged,
    {
      violations: lost,
      gaps: windows.flatMap(({ doubts }) => doubts),
      counts: { faults: windows.length, losses: lost.length },
    },
    held,
  );
}

function lossesDuring(run: RecordedRun, window: FaultWindow): Violation[] {
  const during = ({ t }: { readonly t: number }): boolean =>
    t >= window.injectingMs && t < window.endsMs;
  const elections = eventsOf(run, 'elected')
    .filter(during)
    .map(({ t, member, term }) => ({
      message: `${member} was elected at term ${term} ${atTime(t)}, under "${window.title}"`,
      moments: [{ t, member, text: `elected at term ${term}` }],
    }));
  const leaderless = eventsOf(run, 'leader')
    .filter((seen) => during(seen) && seen.leader === null)
    .map(({ t }) => ({
      message: `most members named no leader ${atTime(t)}, under "${window.title}"`,
      moments: [{ t, text: 'no leader by majority view' }],
    }));
  const firstAt = ({ moments }: { readonly moments: readonly { readonly t: number }[] }): number =>
    moments[0]?.t ?? 0;
  return [...elections, ...leaderless].toSorted((one, other) => firstAt(one) - firstAt(other));
}
