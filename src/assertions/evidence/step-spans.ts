import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import type { TimeSpan } from './write-gaps.ts';

/** A step of the timeline; one that was cut off ends with the run. */
export interface StepSpan extends TimeSpan {
  readonly title: string;
}

/** The steps whose titles begin with `prefix`, in the order they began. */
export function stepSpans(run: RecordedRun, prefix: string): StepSpan[] {
  const ends = eventsOf(run, 'step.ended');
  const lastMs = run.events.at(-1)?.t ?? 0;
  return eventsOf(run, 'step.started')
    .filter(({ step }) => step.startsWith(prefix))
    .map(({ t, step }) => ({
      title: step,
      startMs: t,
      endMs: ends.find((end) => end.step === step && end.t >= t)?.t ?? lastMs,
    }));
}
