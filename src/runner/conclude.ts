import { join } from 'node:path';
import type { History } from '../history/history.ts';
import { readHistory } from '../history/read.ts';
import { emptyHistory } from '../journal/read.ts';
import { type RecordedRun, recordedRun } from '../journal/recorded-run.ts';
import type { Verdict } from '../verdict.ts';
import { checkProperties } from './check-properties.ts';
import { assertionsOf, judge } from './judge.ts';
import { type Outcome, type TimelineEnd, outcomeOf } from './outcome.ts';
import type { Recorder } from './recorder.ts';
import type { DrillRun } from './run-drill.ts';

/**
 * Judges what was recorded and reports it. A run without a cluster has nothing to judge. Whatever
 * fails on the way, the end is written and reported: it is where the exit code is read.
 */
export async function conclude(
  plan: DrillRun,
  recorder: Recorder,
  timeline: TimelineEnd,
  unhealed: readonly string[],
): Promise<Outcome> {
  const { nowMs, write, events } = recorder;
  const { history, failure } = await closeHistory(plan.folder, recorder);
  const started = events.some((event) => event.type === 'cluster.started');
  const verdicts = started ? await judgeRun(plan, recordedRun(events, history)) : [];
  for (const verdict of verdicts) write({ type: 'verdict', t: nowMs(), verdict });
  // What was not recorded whole cannot be judged, but it is no graver than what ended the run.
  const end = failure !== undefined && timeline.kind === 'done' ? failure : timeline;
  const outcome = outcomeOf(end, verdicts, unhealed);
  write({ type: 'run.ended', t: nowMs(), ...outcome });
  recorder.close();
  await plan.reporter.onEnd?.(recordedRun(events, history), plan.folder);
  return outcome;
}

async function closeHistory(
  folder: string,
  recorder: Recorder,
): Promise<{ history: History; failure?: TimelineEnd }> {
  try {
    await recorder.history.close();
    return { history: readHistory(join(folder, 'history.bin')) };
  } catch (error) {
    return { history: emptyHistory, failure: { kind: 'failed', error } };
  }
}

async function judgeRun(
  { cell, folder, reporter }: DrillRun,
  run: RecordedRun,
): Promise<Verdict[]> {
  await checkProperties(run, folder, (doing, elapsedMs) => reporter.onProgress?.(doing, elapsedMs));
  return judge(assertionsOf(cell), run);
}
