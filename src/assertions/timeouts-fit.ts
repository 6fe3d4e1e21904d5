import { formatDuration } from '../duration.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import { fits, timeoutsFor } from '../timeouts.ts';
import type { Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude } from './evidence/conclude.ts';

const judged = {
  assertion: 'timeouts-fit',
  title: 'Heartbeat and election timeout fit the measured round trips',
};

/**
 * Holds the timeouts in force against etcd's advice for the longest round trip that the drill measured
 * between members (`round-trips` observations, `longestMs`), and names the timeouts to take.
 * https://etcd.io/docs/latest/tuning/#time-parameters
 */
export function timeoutsFit(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const measured = eventsOf(run, 'observation').flatMap(({ name, data }) => {
    const { longestMs } = data;
    return name === 'round-trips' && typeof longestMs === 'number' ? [longestMs] : [];
  });
  const { heartbeatMs, electionMs } = eventsOf(run, 'run.started')[0]?.spec ?? {};
  if (typeof heartbeatMs !== 'number' || typeof electionMs !== 'number')
    return unknown('the run does not say which timeouts were in force');
  if (measured.length === 0) return unknown('no round trip between members was measured');
  const rttMs = Math.max(...measured);
  const asked = timeoutsFor(rttMs);
  const had = `a heartbeat of ${formatDuration(heartbeatMs)} and an election timeout of ${formatDuration(electionMs)}`;
  const flags = `\`--heartbeat-interval=${asked.heartbeatMs} --election-timeout=${asked.electionMs}\``;
  const round = `members are up to ${formatDuration(rttMs)} apart, there and back`;
  const fit = fits({ heartbeatMs, electionMs }, rttMs);
  return conclude(
    judged,
    {
      violations: fit
        ? []
        : [{ message: `${round}, which asks for ${flags}, but the run had ${had}` }],
      gaps: [],
      counts: { measured: measured.length },
      measurements: [
        { name: 'rtt.longest', label: 'Longest round trip', value: rttMs, unit: 'ms' },
        {
          name: 'timeouts.heartbeat',
          label: 'Heartbeat to take',
          value: asked.heartbeatMs,
          unit: 'ms',
        },
        {
          name: 'timeouts.election',
          label: 'Election timeout to take',
          value: asked.electionMs,
          unit: 'ms',
        },
      ],
    },
    `${round}: ${had} fit; ${flags} is what to take`,
  );
}

const unknown = (gap: string): Verdict =>
  conclude(judged, { violations: [], gaps: [gap], counts: { measured: 0 } }, '');
