import type { JournalEventOf } from './events.ts';
import { eventsOf, type RecordedRun } from './recorded-run.ts';

/** Until when the clients of a load sent: what they went without afterwards is nobody's outage. */
export const sendingEndMs = ({ t, sentUntilMs }: JournalEventOf<'load.ended'>): number =>
  sentUntilMs ?? t;

/** Until when the run's last load sent; infinite where none ended, as the run died. */
export const lastSendingEndMs = (run: RecordedRun): number => {
  const last = eventsOf(run, 'load.ended').at(-1);
  return last === undefined ? Infinity : sendingEndMs(last);
};
