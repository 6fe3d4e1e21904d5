import type { RecordedRun } from '../../journal/recorded-run.ts';
import { type CutWindow, votersAt } from './cluster.ts';
import { timesWithoutLeader, type LeaderlessStretch } from './leader-view.ts';

/** A time without a leader by majority view, longer than an election may take. */
export interface LeaderlessSpan {
  readonly fromMs: number;
  readonly lastedMs: number;
}

/** The times without a leader for which no cut accounts. */
export interface Leaderless {
  /** What the members said left none possible all the while. */
  readonly proven: readonly LeaderlessSpan[];
  /** Too few members answered for some of it, and no leader is known to have stayed. */
  readonly unknown: readonly LeaderlessSpan[];
}

/**
 * The times longer than `boundMs` in which no leader was named although one was possible: those that
 * overlap no cut that makes a leader impossible, until it is healed; the election after it is judged
 * with the cut. What falls under a cut from clients that leaves no majority to ask does not count,
 * nor does the start of a cluster.
 */
export function leaderlessSpans(
  run: RecordedRun,
  cuts: readonly CutWindow[],
  boundMs: number,
): Leaderless {
  const hopeless = cuts.filter(({ effect }) => effect.leadership.kind === 'impossible');
  const hidden = cuts.filter((cut) => hidesMajority(run, cut));
  const proven: LeaderlessSpan[] = [];
  const unknown: LeaderlessSpan[] = [];
  for (const { fromMs, toMs, atStart, stretches } of timesWithoutLeader(run)) {
    if (atStart || hopeless.some((cut) => cut.injectingMs <= toMs && fromMs <= cut.healedMs))
      continue;
    const left = stretches.flatMap((stretch) => uncovered(stretch, hidden));
    const long = left.filter((each) => each.proven && lasted(each) > boundMs);
    proven.push(...long.map((each) => ({ fromMs: each.fromMs, lastedMs: lasted(each) })));
    const [first] = left;
    const lastedMs = left.reduce((sum, each) => sum + lasted(each), 0);
    if (first !== undefined && long.length === 0 && lastedMs > boundMs)
      unknown.push({ fromMs: first.fromMs, lastedMs });
  }
  return { proven, unknown };
}

/** The view is asked as a client asks: it misses members that are cut off from clients. */
function hidesMajority(run: RecordedRun, { cut, injectingMs }: CutWindow): boolean {
  if (cut.scope !== 'client') return false;
  const members = votersAt(run, injectingMs);
  const asked = members.filter((member) => !cut.links.some(([, to]) => to === member));
  return asked.length <= members.length / 2;
}

/** What of a stretch lies outside the cuts. */
function uncovered(stretch: LeaderlessStretch, cuts: readonly CutWindow[]): LeaderlessStretch[] {
  return cuts.reduce(
    (left, { injectingMs, healedMs }) =>
      left.flatMap((each) =>
        [
          { ...each, toMs: Math.min(each.toMs, injectingMs) },
          { ...each, fromMs: Math.max(each.fromMs, healedMs) },
        ].filter((part) => lasted(part) > 0),
      ),
    [stretch],
  );
}

function lasted({ fromMs, toMs }: LeaderlessStretch): number {
  return toMs - fromMs;
}
