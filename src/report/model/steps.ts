import type { RecordedRun } from '../../journal/recorded-run.ts';

/** One step of the drill; `running` never ended (the run died in it) and is drawn to the run's end. */
export interface Step {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: 'done' | 'failed' | 'running';
  readonly error?: string;
}

/** Steps in order of their starts. Steps may nest; an end closes the latest open one of its name. */
export function stepsOf(run: RecordedRun, durationMs: number): Step[] {
  const steps: Step[] = [];
  for (const event of run.events) {
    if (event.type === 'step.started') {
      steps.push({ name: event.step, startMs: event.t, endMs: durationMs, outcome: 'running' });
    } else if (event.type === 'step.ended') {
      const index = steps.findLastIndex(
        (step) => step.name === event.step && step.outcome === 'running',
      );
      const open = steps[index];
      if (open === undefined) continue;
      const error = event.error === undefined ? {} : { error: event.error };
      steps[index] = { ...open, endMs: event.t, outcome: event.outcome, ...error };
    }
  }
  return steps;
}
