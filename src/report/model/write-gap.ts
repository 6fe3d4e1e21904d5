import type { JournalEventOf } from '../../journal/events.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import { sendingEndMs } from '../../journal/sending-end.ts';

/** A stretch under load in which no write was acknowledged by any member. */
export interface WriteGap {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Finds the longest gap between acknowledgements, given in order of time. Only time under load
 * counts: pauses between two loads are nobody's outage.
 */
export function writeGaps(run: RecordedRun) {
  const loads = loadWindows(run);
  let longest: WriteGap | null = null;
  let previousMs = 0;
  const consider = (startMs: number, endMs: number): void => {
    for (const load of loads) {
      const gap = { startMs: Math.max(startMs, load.startMs), endMs: Math.min(endMs, load.endMs) };
      const isLonger = longest === null || lengthMs(gap) > lengthMs(longest);
      if (lengthMs(gap) > 0 && isLonger) longest = gap;
    }
  };
  return {
    acknowledged(t: number) {
      consider(previousMs, t);
      previousMs = t;
    },
    longest(historyEndMs: number): WriteGap | null {
      consider(previousMs, historyEndMs);
      return longest;
    },
  };
}

function lengthMs({ startMs, endMs }: WriteGap): number {
  return endMs - startMs;
}

/** A load that never ended (the run died) lasts for ever; the history's end cuts it. */
function loadWindows(run: RecordedRun): { startMs: number; endMs: number }[] {
  const ends = eventsOf(run, 'load.ended');
  return eventsOf(run, 'load.started').map(({ t }) => ({
    startMs: t,
    endMs: endOf(ends.find((end) => end.t >= t)),
  }));
}

const endOf = (end: JournalEventOf<'load.ended'> | undefined): number =>
  end === undefined ? Number.POSITIVE_INFINITY : sendingEndMs(end);
