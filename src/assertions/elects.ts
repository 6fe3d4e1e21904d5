import { durationMs, formatDuration, type Duration } from '../duration.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import type { Measurement, Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { cutWindows, type CutWindow } from './evidence/cluster.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { count } from './evidence/describe.ts';
import { electionBound, type ElectionBound } from './evidence/election-bound.ts';
import { judgeElections, type ElectionFinding } from './evidence/elections.ts';
import { leaderlessSpans, type LeaderlessSpan } from './evidence/leaderless.ts';

const judged = {
  assertion: 'elects',
  title: 'Leaders are elected when, and only when, they must be',
};

/**
 * Elections follow from each cut itself, not from the drill's name:
 * - the leader lost its majority, and another member reaches one: such a member is elected within
 *   the bound;
 * - the leader kept its majority, or only clients were cut off: nobody is elected while it lasts;
 * - either way, with pre-vote in force, the leader with a majority stays leader under the cut and
 *   while the others come back (see `needlessElections`);
 * - nobody reaches a majority: nobody is elected, and after the heal somebody is, within the bound
 *   (plus the length of the cut, where connections were left to TCP's backoff).
 * And whenever a leader was possible, the cluster is not without one for longer than the bound, by
 * the word of those that answer; where too few do, nobody knows.
 *
 * The bound is `within`, by default 4 × election timeout + 2 × heartbeat (see `electionBound`).
 * Elections are those in the members' logs, confirmed by the majority view; one without the other
 * is inconclusive. Members that a fault takes down are cut off from everybody.
 */
export function elects({ within }: { readonly within?: Duration } = {}): Assertion {
  const withinMs = within === undefined ? undefined : durationMs(within);
  return {
    name: judged.assertion,
    options: withinMs === undefined ? {} : { within: withinMs },
    judge: (run) => judgeRun(run, withinMs),
  };
}

function judgeRun(run: RecordedRun, withinMs: number | undefined): Verdict {
  const cuts = cutWindows(run);
  const counts = { cuts: cuts.length, elections: eventsOf(run, 'elected').length };
  const bound =
    withinMs === undefined
      ? electionBound(run)
      : { boundMs: withinMs, formula: 'as the drill asks' };
  if (bound === undefined) {
    const gap = 'the run does not say which election and heartbeat timeouts were in force';
    return conclude(judged, { violations: [], gaps: [gap], counts }, '');
  }
  const { proven: leaderless, unknown } = leaderlessSpans(run, cuts, bound.boundMs);
  if (cuts.length === 0 && leaderless.length === 0 && unknown.length === 0) {
    return notExercised(judged, 'no fault in this run cut members off or took them down', counts);
  }
  const proven = cuts.filter(({ doubts }) => doubts.length === 0);
  const findings = proven.map((cut) => judgeElections(run, cut, bound));
  const broken = findings.flatMap((finding) => finding.broken);
  return conclude(
    judged,
    {
      // A cut after which nobody was elected is the reason for the lack of a leader: say it once.
      violations: (broken.length > 0
        ? broken
        : leaderless.map((span) => noLeader(span, bound))
      ).map((message) => ({ message })),
      gaps: [
        ...cuts.flatMap(({ doubts }) => doubts),
        ...findings.flatMap(({ gaps }) => gaps),
        ...unknown.map((span) => noAnswer(span, bound)),
      ],
      counts,
      measurements: measure(findings, bound),
    },
    summarize(findings, proven, bound),
  );
}

function noLeader({ fromMs, lastedMs }: LeaderlessSpan, { boundMs }: ElectionBound): string {
  return `the cluster had no leader for ${formatDuration(lastedMs)} from ${formatDuration(fromMs)} on, and no cut explains it (bound ${formatDuration(boundMs)})`;
}

function noAnswer({ fromMs, lastedMs }: LeaderlessSpan, { boundMs }: ElectionBound): string {
  return `no leader was named for ${formatDuration(lastedMs)} from ${formatDuration(fromMs)} on, but too few members answered for some of it, so it is not known whether there was one (bound ${formatDuration(boundMs)})`;
}

function measure(findings: readonly ElectionFinding[], { boundMs }: ElectionBound): Measurement[] {
  const longest = (name: string, label: string, times: readonly (number | undefined)[]) => {
    const known = times.filter((time) => time !== undefined);
    if (known.length === 0) return [];
    return [{ name, label, value: Math.max(...known), unit: 'ms' as const, bound: boundMs }];
  };
  return [
    ...longest(
      'election.time',
      'Time to elect',
      findings.map(({ electionMs }) => electionMs),
    ),
    ...longest(
      'election.seen',
      'Time until most members name the new leader',
      findings.map(({ seenMs }) => seenMs),
    ),
  ];
}

function summarize(
  findings: readonly ElectionFinding[],
  cuts: readonly CutWindow[],
  { formula }: ElectionBound,
): string {
  const [only] = findings;
  if (only !== undefined && findings.length === 1) {
    return only.electionMs === undefined ? only.held : `${only.held}, which is ${formula}`;
  }
  return `elections were as ${count(cuts.length, 'cut')} made them: ${findings.map(({ held }) => held).join('; ')}`;
}
