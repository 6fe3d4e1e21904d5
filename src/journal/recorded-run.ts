import type { History } from '../history/history.ts';
import type { JournalEvent, JournalEventOf } from './events.ts';

/** Everything a run left behind. Assertions and reports read this and nothing else. */
export interface RecordedRun {
  /** In the order of their times. */
  readonly events: readonly JournalEvent[];
  readonly history: History;
}

/**
 * Puts the events in the order of their times. They are written as they become known, and what a
 * member's log has to tell first, such as why it ended, is known up to a second later.
 */
export function recordedRun(events: readonly JournalEvent[], history: History): RecordedRun {
  return { events: events.toSorted((a, b) => a.t - b.t), history };
}

/** The run's events of one type, in order. */
export function eventsOf<T extends JournalEvent['type']>(
  run: RecordedRun,
  type: T,
): JournalEventOf<T>[] {
  return run.events.filter((event): event is JournalEventOf<T> => event.type === type);
}
