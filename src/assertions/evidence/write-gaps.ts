import { acknowledgedWrite } from '../../history/acknowledged-write.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import { isWrite } from './requests.ts';

/** A part of a run, in milliseconds of it. */
export interface TimeSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** How long clients went without an acknowledged write in one span. */
export interface WriteGap {
  /**
   * Longest time between the returns of two consecutive acknowledged writes that overlaps the span.
   * The first counts from the first attempt on; no time counts that lies after the end of the load.
   */
  readonly longestMs: number;
  /** Writes acknowledged within the span. */
  readonly acknowledged: number;
  /** Writes of any outcome that ended within it. */
  readonly attempted: number;
}

/** One pass over the history, in which operations stand in the order they ended. */
export function writeGaps(run: RecordedRun, spans: readonly TimeSpan[]): WriteGap[] {
  const found = spans.map(() => ({ longestMs: 0, acknowledged: 0, attempted: 0 }));
  const loadEndMs = eventsOf(run, 'load.ended').at(-1)?.t ?? Infinity;
  /** Of the last acknowledged write; before there was one, of the first call. */
  let sinceMs = Infinity;
  let anyAcknowledged = false;
  let attemptedMs: number | undefined;
  const close = (returnedMs: number): void => {
    const untilMs = Math.min(returnedMs, loadEndMs);
    for (const [index, { startMs, endMs }] of spans.entries()) {
      const gap = found[index];
      if (gap === undefined || untilMs <= startMs || sinceMs >= endMs) continue;
      gap.longestMs = Math.max(gap.longestMs, untilMs - sinceMs);
    }
  };
  for (const operation of run.history.operations()) {
    if (!isWrite(operation.request)) continue;
    const acknowledged = acknowledgedWrite(operation);
    attemptedMs = operation.returnedMs;
    if (!anyAcknowledged) sinceMs = Math.min(sinceMs, operation.invokedMs);
    for (const [index, { startMs, endMs }] of spans.entries()) {
      const gap = found[index];
      if (gap === undefined || attemptedMs < startMs || attemptedMs >= endMs) continue;
      gap.attempted += 1;
      if (acknowledged) gap.acknowledged += 1;
    }
    if (!acknowledged) continue;
    close(attemptedMs);
    sinceMs = attemptedMs;
    anyAcknowledged = true;
  }
  // Writes that never came back leave a gap without an end: it lasts as long as clients tried.
  if (attemptedMs !== undefined) close(attemptedMs);
  return found;
}
