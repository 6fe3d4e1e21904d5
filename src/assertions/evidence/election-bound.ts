import { formatDuration } from '../../duration.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

/** A time within which a leader must be elected, and how it was arrived at. */
export interface ElectionBound {
  readonly boundMs: number;
  readonly formula: string;
}

/**
 * The bound that follows from the timeouts in force: 4 × election timeout + 2 × heartbeat.
 *
 * A follower campaigns once it heard nothing for a time that etcd draws anew between 1 and 2
 * election timeouts, so the first campaign comes within 2 of them; a split vote costs one more
 * such round. One heartbeat may have left just before the cut, and one covers the votes' way.
 * Undefined where the run does not say which timeouts were in force.
 */
export function electionBound(run: RecordedRun): ElectionBound | undefined {
  const spec = eventsOf(run, 'run.started')[0]?.spec;
  const electionMs = spec?.['electionMs'];
  const heartbeatMs = spec?.['heartbeatMs'];
  if (typeof electionMs !== 'number' || typeof heartbeatMs !== 'number') return undefined;
  return {
    boundMs: 4 * electionMs + 2 * heartbeatMs,
    formula: `4 × election timeout of ${formatDuration(electionMs)} + 2 × heartbeat of ${formatDuration(heartbeatMs)}`,
  };
}
