import { formatDuration } from '../../duration.ts';
import type { JournalEventOf } from '../../journal/events.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import type { CutWindow } from './cluster.ts';
import { atTime, listOf } from './describe.ts';
import type { ElectionBound } from './election-bound.ts';
import { needlessElections } from './needless-elections.ts';
import { unwatched } from './unwatched.ts';

/** How the elections of one cut compare with what the cut makes one expect. */
export interface ElectionFinding {
  readonly broken: readonly string[];
  readonly gaps: readonly string[];
  /** What was found in order, when nothing is broken and nothing missing. */
  readonly held: string;
  /** The cut, or the end of its heal, to the election it made necessary. */
  readonly electionMs?: number;
  /** Likewise, to the first sight of the new leader by majority view. */
  readonly seenMs?: number;
}

/** Judges the elections around one proven cut. */
export function judgeElections(
  run: RecordedRun,
  cut: CutWindow,
  bound: ElectionBound,
): ElectionFinding {
  const { leadership } = cut.effect;
  switch (leadership.kind) {
    case 'untouched':
      return { broken: [], gaps: [], held: `"${cut.title}" does not concern Raft` };
    case 'kept':
      return judgeKept(run, cut, leadership.leader, bound);
    case 'moves':
      return judgeMove(run, cut, leadership, bound);
    case 'impossible':
      return judgeImpossible(run, cut, bound);
  }
}

function judgeKept(
  run: RecordedRun,
  cut: CutWindow,
  leader: string,
  bound: ElectionBound,
): ElectionFinding {
  const term = termOf(cut);
  const surprises = electionsDuring(run, cut).map(
    (elected) =>
      `${elected.member} was elected at term ${elected.term}, ${since(cut.injectedMs, elected.t)} after "${cut.title}", although ${leader} kept ${reach(cut)}`,
  );
  const seen = eventsOf(run, 'leader').find(
    (view) => within(cut, view.t) && view.leader !== null && view.term > term,
  );
  if (surprises.length === 0 && seen !== undefined) {
    surprises.push(
      `the majority view moved to ${seen.leader} at term ${seen.term} ${atTime(seen.t)}, although ${leader} kept ${reach(cut)}`,
    );
  }
  if (surprises.length === 0) {
    const reign = { leader, term, sinceMs: cut.injectingMs };
    surprises.push(...needlessElections(run, cut, reign, bound));
  }
  const { stranded } = cut.effect;
  const without = stranded.length === 0 ? '' : `, with ${listOf(stranded)} left without a leader`;
  return {
    broken: surprises,
    gaps: unwatched(run, leader, term),
    held: `${leader} stayed leader at term ${term}${without}`,
  };
}

function judgeMove(
  run: RecordedRun,
  cut: CutWindow,
  { from, to }: { readonly from: string | null; readonly to: readonly string[] },
  bound: ElectionBound,
): ElectionFinding {
  const lost = from === null || cut.effect.down.includes(from);
  const what = lost ? `"${cut.title}"` : `${from} was cut off`;
  const elections = electionsDuring(run, cut);
  const broken = elections
    .filter(({ member }) => !to.includes(member))
    .map((elected) => outsider(cut, elected));
  const elected = elections.find(({ member }) => to.includes(member));
  const seen = firstLeaderSeen(run, cut, cut.injectingMs);
  if (elected === undefined && seen !== undefined && seen.t <= cut.endsMs) {
    const gap = `the majority view shows ${seen.leader} at term ${seen.term} ${atTime(seen.t)}, but no member's log tells of that election`;
    return { broken, gaps: [gap], held: '' };
  }
  if (elected === undefined) {
    const lastedMs = cut.endsMs - cut.injectedMs;
    if (lastedMs >= bound.boundMs) {
      const none = `no leader was elected in the ${formatDuration(lastedMs)} after ${what}, although ${listOf(to)} ${canReach(cut, to)} (bound ${formatDuration(bound.boundMs)})`;
      return { broken: [...broken, none], gaps: [], held: '' };
    }
    const short = `"${cut.title}" lasted ${formatDuration(lastedMs)}, less than the ${formatDuration(bound.boundMs)} an election may take, and none was seen`;
    return { broken, gaps: [short], held: '' };
  }
  const electionMs = Math.max(0, elected.t - cut.injectedMs);
  const held = `${elected.member} was elected at term ${elected.term}, ${formatDuration(electionMs)} after ${what} (bound ${formatDuration(bound.boundMs)})`;
  if (electionMs > bound.boundMs) broken.push(held);
  if (broken.length === 0) {
    const reign = { leader: elected.member, term: elected.term, sinceMs: elected.t };
    broken.push(...needlessElections(run, cut, reign, bound));
  }
  const gaps =
    seen === undefined
      ? [
          `${elected.member} was elected at term ${elected.term}, but the majority view never showed a new leader`,
        ]
      : [];
  return { broken, gaps, held, electionMs, ...seenAfter(cut.injectedMs, seen) };
}

function judgeImpossible(run: RecordedRun, cut: CutWindow, bound: ElectionBound): ElectionFinding {
  const broken = electionsDuring(run, cut).map((elected) => outsider(cut, elected));
  if (cut.healedMs === Infinity) {
    return {
      broken,
      gaps: [`"${cut.title}" was not healed, so the election after it was not seen`],
      held: '',
    };
  }
  // A packet sent again into a cut waits as long again before the next try: up to the cut's length.
  const backoffMs = cut.naturalHeal ? cut.healedMs - cut.injectedMs : 0;
  const boundMs = bound.boundMs + backoffMs;
  const elected = electionsFrom(run, cut, cut.endsMs)[0];
  const seen = firstLeaderSeen(run, cut, cut.endsMs);
  if (elected === undefined && seen !== undefined) {
    const gap = `the majority view shows ${seen.leader} at term ${seen.term} after "${cut.title}" was healed, but no member's log tells of that election`;
    return { broken, gaps: [gap], held: '' };
  }
  if (elected === undefined) {
    const watchedMs = (run.events.at(-1)?.t ?? 0) - cut.healedMs;
    const none = `no leader was elected in the ${formatDuration(watchedMs)} after "${cut.title}" was healed`;
    return watchedMs >= boundMs
      ? { broken: [...broken, `${none} (bound ${formatDuration(boundMs)})`], gaps: [], held: '' }
      : { broken, gaps: [`${none}, and it may take ${formatDuration(boundMs)}`], held: '' };
  }
  const electionMs = Math.max(0, elected.t - cut.healedMs);
  const held = `no leader was elected while nobody reached a majority, and ${elected.member} at term ${elected.term}, ${formatDuration(electionMs)} after the heal (bound ${formatDuration(boundMs)})`;
  if (electionMs > boundMs) {
    broken.push(
      `${elected.member} was elected at term ${elected.term}, ${formatDuration(electionMs)} after "${cut.title}" was healed (bound ${formatDuration(boundMs)})`,
    );
  }
  const gaps =
    seen === undefined
      ? [
          `${elected.member} was elected at term ${elected.term}, but the majority view never showed it`,
        ]
      : [];
  return { broken, gaps, held, electionMs, ...seenAfter(cut.healedMs, seen) };
}

function electionsDuring(run: RecordedRun, cut: CutWindow): JournalEventOf<'elected'>[] {
  return electionsFrom(run, cut, cut.injectingMs).filter(({ t }) => t < cut.endsMs);
}

function electionsFrom(
  run: RecordedRun,
  cut: CutWindow,
  fromMs: number,
): JournalEventOf<'elected'>[] {
  return eventsOf(run, 'elected').filter(({ t, term }) => t >= fromMs && term > termOf(cut));
}

/** A member's term trails its leader in its status, so a view of the new leader may come before. */
function firstLeaderSeen(
  run: RecordedRun,
  cut: CutWindow,
  fromMs: number,
): JournalEventOf<'leader'> | undefined {
  return eventsOf(run, 'leader').find(
    ({ t, leader, term }) => t >= fromMs && leader !== null && term > termOf(cut),
  );
}

function seenAfter(sinceMs: number, seen: JournalEventOf<'leader'> | undefined) {
  return seen === undefined ? {} : { seenMs: Math.max(0, seen.t - sinceMs) };
}

function outsider(cut: CutWindow, elected: JournalEventOf<'elected'>): string {
  return `${elected.member} was elected at term ${elected.term}, ${since(cut.injectedMs, elected.t)} after "${cut.title}", although it could not reach ${cut.effect.quorum} members`;
}

function canReach(cut: CutWindow, to: readonly string[]): string {
  return `${to.length === 1 ? 'reaches' : 'reach'} a majority of ${cut.effect.quorum}`;
}

function reach(cut: CutWindow): string {
  return `its majority of ${cut.effect.quorum}`;
}

function within(cut: CutWindow, t: number): boolean {
  return t >= cut.injectingMs && t < cut.endsMs;
}

function since(fromMs: number, toMs: number): string {
  return formatDuration(Math.max(0, toMs - fromMs));
}

function termOf(cut: CutWindow): number {
  return cut.cut.term;
}
