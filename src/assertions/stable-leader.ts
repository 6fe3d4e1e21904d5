import { formatDuration } from '../duration.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict, Violation } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { atTime, count } from './evidence/describe.ts';
import { faultWindows, type FaultWindow } from './evidence/fault-windows.ts';
import { timesWithoutLeader, type LeaderlessStretch } from './evidence/leader-view.ts';
import { unwatched } from './evidence/unwatched.ts';

const judged = {
  assertion: 'stable-leader',
  title: 'The leader stays while the faults are held',
};

/**
 * For faults that slow members down and cut nobody off: the cluster must keep its leader. Violated by
 * an election ("became leader" in a member's log) between a fault's injection and its heal, and by a
 * moment at which no leader had the word of most members. Inconclusive where too few answered to tell
 * and the same leader at the same term did not come after, and where nobody watched before.
 */
export function stableLeader(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const windows = faultWindows(run);
  if (windows.length === 0) return notExercised(judged, 'no fault was injected');
  const lost = windows.flatMap((window) => lossesDuring(run, window));
  const gaps = windows.flatMap((window) => [
    ...window.doubts,
    ...unseenBefore(run, window),
    ...silences(run, window),
  ]);
  const held = `no election and no moment without a leader under ${count(windows.length, 'fault')}`;
  return conclude(
    judged,
    {
      violations: lost,
      gaps: [...new Set(gaps)],
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
  const leaderless = leaderlessDuring(run, window)
    .filter(({ proven }) => proven)
    .map(({ fromMs }) => ({
      message: `most members named no leader ${atTime(fromMs)}, under "${window.title}"`,
      moments: [{ t: fromMs, text: 'no leader by majority view' }],
    }));
  const firstAt = ({ moments }: { readonly moments: readonly { readonly t: number }[] }): number =>
    moments[0]?.t ?? 0;
  return [...elections, ...leaderless].toSorted((one, other) => firstAt(one) - firstAt(other));
}

/** What of the times without a leader falls under a fault. */
function leaderlessDuring(
  run: RecordedRun,
  { injectingMs, endsMs }: FaultWindow,
): LeaderlessStretch[] {
  return timesWithoutLeader(run)
    .flatMap(({ stretches }) => stretches)
    .filter(({ fromMs, toMs }) => fromMs < endsMs && toMs > injectingMs)
    .map((stretch) => ({
      ...stretch,
      fromMs: Math.max(stretch.fromMs, injectingMs),
      toMs: Math.min(stretch.toMs, endsMs),
    }));
}

function unseenBefore(run: RecordedRun, { title, injectingMs }: FaultWindow): string[] {
  const named = eventsOf(run, 'leader').findLast(
    ({ t, leader }) => t < injectingMs && leader !== null,
  );
  if (!named?.leader) {
    return [
      `the majority view named no leader before "${title}", so it is not known that the members were watched`,
    ];
  }
  return unwatched(run, named.leader, named.term);
}

function silences(run: RecordedRun, window: FaultWindow): string[] {
  return leaderlessDuring(run, window)
    .filter(({ proven }) => !proven)
    .map(
      ({ fromMs, toMs }) =>
        `too few members answered for ${formatDuration(toMs - fromMs)} ${atTime(fromMs)}, under "${window.title}", so it is not known who led`,
    );
}
