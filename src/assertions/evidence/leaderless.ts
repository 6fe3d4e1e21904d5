import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import { type CutWindow, membersAt } from './cluster.ts';

/** A time without a leader by majority view. */
export interface LeaderlessSpan {
  readonly fromMs: number;
  readonly lastedMs: number;
}

/**
 * The times longer than `boundMs` in which most members named no leader although one was possible:
 * those that overlap no cut that makes a leader impossible, until it is healed; the election after
 * it is judged with the cut. Under a cut from clients that leaves no majority to ask, nobody knows. The
 * start of a cluster does not count.
 */
export function leaderlessSpans(
  run: RecordedRun,
  cuts: readonly CutWindow[],
  boundMs: number,
): LeaderlessSpan[] {
  const hopeless = cuts.filter(
    (cut) => cut.effect.leadership.kind === 'impossible' || hidesMajority(run, cut),
  );
  return spans(run).filter(
    ({ fromMs, lastedMs }) =>
      lastedMs > boundMs &&
      !hopeless.some((cut) => cut.injectingMs <= fromMs + lastedMs && fromMs <= cut.healedMs),
  );
}

/** The view is asked as a client asks: it misses members that are cut off from clients. */
function hidesMajority(run: RecordedRun, { cut, injectingMs }: CutWindow): boolean {
  if (cut.scope !== 'client') return false;
  const members = membersAt(run, injectingMs);
  const asked = members.filter((member) => !cut.links.some(([, to]) => to === member));
  return asked.length <= members.length / 2;
}

function spans(run: RecordedRun): LeaderlessSpan[] {
  const found: LeaderlessSpan[] = [];
  let led = false;
  let lostMs: number | undefined;
  for (const { t, leader } of eventsOf(run, 'leader')) {
    if (leader === null) {
      if (led) lostMs ??= t;
    } else {
      if (lostMs !== undefined) found.push({ fromMs: lostMs, lastedMs: t - lostMs });
      led = true;
      lostMs = undefined;
    }
  }
  if (lostMs !== undefined) found.push({ fromMs: lostMs, lastedMs: endOfWatch(run) - lostMs });
  return found;
}

/** Verdicts come after the cluster is gone, so they are no evidence that it was still watched. */
function endOfWatch(run: RecordedRun): number {
  return run.events.findLast(({ type }) => type !== 'verdict' && type !== 'run.ended')?.t ?? 0;
}
