import { formatDuration } from '../../duration.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

/** A time within which a leader must be elected, and how it was arrived at. */
export interface ElectionBound {
  readonly boundMs: number;
  readonly formula: string;
}

/**
 * The bound that follows from the timeouts in force: 2 election timeouts for each round of
 * campaigns, and 2 heartbeats.
 *
 * A follower campaigns once it heard nothing for a time that etcd draws anew between 1 and 2
 * election timeouts, so the first campaign comes within 2 of them; a split vote costs one more
 * such round, and one is allowed. Without pre-vote (the default below 3.5) every candidate raises
 * the term and so puts off the others; there three split votes are allowed. One heartbeat may have
 * left just before the cut, and one covers the votes' way. Undefined where the run does not say
 * which timeouts were in force.
 */
export function electionBound(run: RecordedRun): ElectionBound | undefined {
  const [started] = eventsOf(run, 'run.started');
  const electionMs = started?.spec['electionMs'];
  const heartbeatMs = started?.spec['heartbeatMs'];
  if (typeof electionMs !== 'number' || typeof heartbeatMs !== 'number') return undefined;
  const preVote = hasPreVote(run);
  const timeouts = 2 * (preVote ? 2 : 4);
  return {
    boundMs: timeouts * electionMs + 2 * heartbeatMs,
    formula:
      `${timeouts} × election timeout of ${formatDuration(electionMs)} + 2 × heartbeat of ${formatDuration(heartbeatMs)}` +
      (preVote ? '' : ', without pre-vote'),
  };
}

/**
 * Whether members campaign only once a majority would vote for them: as the run's spec says, else
 * where every member's version (`3.4.23, 3.5.16`) does so unless told not to.
 */
export function hasPreVote(run: RecordedRun): boolean {
  const [started] = eventsOf(run, 'run.started');
  const asked = started?.spec['preVote'];
  return typeof asked === 'boolean'
    ? asked
    : !/(?:^|, )3\.[34]\./.test(started?.versions.etcd ?? '');
}
