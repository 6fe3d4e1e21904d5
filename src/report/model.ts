import { DrillError } from '../errors.ts';
import type { JournalEvent, JournalEventOf } from '../journal/events.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import { type Recovery, recoveriesOf } from '../journal/recoveries.ts';
import type { Verdict } from '../verdict.ts';
import { type Activity, activityOf } from './model/activity.ts';
import { type ApplicationFelt, applicationOf } from './model/application.ts';
import { type FaultBand, faultBands } from './model/faults.ts';
import { headlineOf } from './model/headline.ts';
import { type KeyFigure, keyFigures } from './model/key-figures.ts';
import { type Leadership, leadershipOf } from './model/leadership.ts';
import { type MetricSeries, metricSeries } from './model/metrics.ts';
import { type RunOutcome, outcomeOf } from './model/outcome.ts';
import { type Proof, proofsOf } from './model/proof.ts';
import { type Step, stepsOf } from './model/steps.ts';

export type MemberInfo = JournalEventOf<'cluster.started'>['members'][number];

/**
 * Everything the reports show, derived once from a recorded run. All times are milliseconds since
 * the run's start. The same run always gives the same model: no clock, no locale, no time zone.
 */
export interface ReportModel {
  readonly header: JournalEventOf<'run.started'>;
  readonly outcome: RunOutcome;
  /** What was broken, what held, how long it took: in plain words. */
  readonly headline: string;
  readonly keyFigures: readonly KeyFigure[];
  readonly durationMs: number;
  readonly members: readonly MemberInfo[];
  readonly steps: readonly Step[];
  readonly faults: readonly FaultBand[];
  /** Recoveries that the drill measured by phases. */
  readonly recoveries: readonly Recovery[];
  readonly leadership: Leadership;
  readonly verdicts: readonly Verdict[];
  /** What is drawn of the violations; never empty for a run that is violated. */
  readonly proofs: readonly Proof[];
  readonly activity: Activity;
  /** What an application with a stock client felt; null where none ran to the end. */
  readonly application: ApplicationFelt | null;
  readonly metrics: readonly MetricSeries[];
  readonly warnings: readonly JournalEventOf<'warning'>[];
  readonly logs: readonly JournalEventOf<'log'>[];
  readonly journal: readonly JournalEvent[];
}

/** Metrics are sampled once a second: smaller buckets would have holes. */
const sampledEveryMs = 1000;

/** Derives the model. Throws a DrillError for a run without its first event. */
export function reportModel(run: RecordedRun): ReportModel {
  const [header] = eventsOf(run, 'run.started');
  if (header === undefined) {
    throw new DrillError('The run has no `run.started` event, so there is nothing to report.');
  }
  const journalEndMs = run.events.reduce((end, event) => Math.max(end, event.t), 0);
  const activity = activityOf(run, journalEndMs);
  const durationMs = Math.max(journalEndMs, activity.endMs, 1);
  const outcome = outcomeOf(run);
  const verdicts = eventsOf(run, 'verdict').map((event) => event.verdict);
  const steps = stepsOf(run, durationMs);
  const faults = faultBands(run, durationMs);
  return {
    header,
    outcome,
    headline: headlineOf({ run, outcome, verdicts, faults, steps, durationMs }),
    keyFigures: keyFigures(verdicts, activity, faults),
    durationMs,
    members: eventsOf(run, 'cluster.started').at(-1)?.members ?? [],
    steps,
    faults,
    recoveries: recoveriesOf(run),
    leadership: leadershipOf(run, durationMs),
    verdicts,
    proofs: proofsOf(run, verdicts, steps, outcome),
    application: applicationOf(run),
    activity,
    metrics: metricSeries(run, Math.max(activity.bucketMs, sampledEveryMs)),
    warnings: eventsOf(run, 'warning'),
    logs: eventsOf(run, 'log'),
    journal: run.events,
  };
}
