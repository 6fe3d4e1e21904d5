import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import type { CutWindow } from './cluster.ts';

/** A time without a leader by majority view. */
export interface LeaderlessSpan {
  readonly fromMs: number;
  readonly lastedMs: number;
}

/**
 * The times longer than `boundMs` in which most members named no leader although one was possible:
 * those that overlap no cut that makes a leader impossible, until it is healed; the election after
 * it is judged with the cut. The start of a cluster does not count.
 */
export function leaderlessSpans(
  run: RecordedRun,
  cuts: readonly CutWindow[],
  boundMs: number,
): LeaderlessSpan[] {
  const hopeless = cuts.filter(({ effect }) => effect.leadership.kind === 'impossible');
  return spans(run).filter(
    ({ fromMs, lastedMs }) =>
      lastedMs > boundMs &&
      !hopeless.some((cut) => cut.injectingMs <= fromMs + lastedMs && fromMs <= cut.healedMs),
  );
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
