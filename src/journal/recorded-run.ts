import type { History } from '../history/history.ts';
import type { JournalEvent, JournalEventOf } from './events.ts';

/** Everything a run left behind. Assertions and reports read this and nothing else. */
export interface RecordedRun {
  readonly events: readonly JournalEvent[];
  readonly history: History;
}

/** The run's events of one type, in order. */
export function eventsOf<T extends JournalEvent['type']>(
  run: RecordedRun,
  type: T,
): JournalEventOf<T>[] {
  return run.events.filter((event): event is JournalEventOf<T> => event.type === type);
}
