import { formatDuration } from '../../duration.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import type { CutWindow } from './cluster.ts';
import { hasPreVote, type ElectionBound } from './election-bound.ts';
import { faultWindows } from './fault-windows.ts';

/** A leader that a cut left with a majority, from when on, and at which term. */
export interface Reign {
  readonly leader: string;
  readonly term: number;
  readonly sinceMs: number;
}

/**
 * The first election that ended a reign without need, in words: under the cut or while the members
 * it cut off come back. With pre-vote nobody who hears the leader votes for another, so whoever was
 * cut off raises no term and deposes nobody; without it, such an election is natural and none is
 * named. Nor is one where most members had not named the leader yet (a split vote that was won
 * late), or where another member than those the cut took down changed its state or another fault was
 * in place meanwhile.
 */
export function needlessElections(
  run: RecordedRun,
  cut: CutWindow,
  { leader, term, sinceMs }: Reign,
  { boundMs }: ElectionBound,
): string[] {
  if (!hasPreVote(run)) return [];
  const next = eventsOf(run, 'elected').find((elected) => elected.term > term);
  if (
    next === undefined ||
    next.t < sinceMs ||
    next.t > Math.min(backBy(cut, boundMs), endOfTimeline(run))
  )
    return [];
  const settled = eventsOf(run, 'leader').some(
    (seen) => seen.leader === leader && seen.term === term && seen.t < next.t,
  );
  if (!settled || disturbed(run, cut, sinceMs, next.t)) return [];
  const when =
    next.t < cut.endsMs
      ? `under "${cut.title}"`
      : `${formatDuration(Math.max(0, next.t - cut.endsMs))} after "${cut.title}" began to heal`;
  return [
    `${next.member} was elected at term ${next.term}, ${when}, although ${leader} led at term ${term} with its majority of ${cut.effect.quorum}`,
  ];
}

/** When the members that were cut off have had their time to campaign; TCP's backoff included. */
function backBy({ injectedMs, healedMs, naturalHeal }: CutWindow, boundMs: number): number {
  if (healedMs === Infinity) return healedMs;
  return healedMs + boundMs + (naturalHeal ? healedMs - injectedMs : 0);
}

/** The last look is the drill's end; members are taken down after it, one after another. */
function endOfTimeline(run: RecordedRun): number {
  const looks = eventsOf(run, 'observation').filter(({ name }) => name === 'final-state');
  return looks[0]?.t ?? Infinity;
}

function disturbed(run: RecordedRun, cut: CutWindow, fromMs: number, toMs: number): boolean {
  return (
    eventsOf(run, 'member.state').some(
      ({ t, member }) => t >= fromMs && t <= toMs && !cut.effect.down.includes(member),
    ) ||
    faultWindows(run).some(
      ({ fault, injectingMs, healedMs }) =>
        fault !== cut.fault && injectingMs <= toMs && healedMs >= fromMs,
    )
  );
}
