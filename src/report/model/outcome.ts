import { type JournalEventOf } from '../../journal/events.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

/** How a run ended; `died` is a journal without its last event: the runner was killed. */
export interface RunOutcome {
  readonly kind: JournalEventOf<'run.ended'>['outcome'] | 'died';
  /** Absent when the run died: no exit code was chosen. */
  readonly exitCode?: number;
  readonly reasons: readonly string[];
}

export function outcomeOf(run: RecordedRun): RunOutcome {
  const ended = eventsOf(run, 'run.ended').at(-1);
  if (ended !== undefined) {
    return { kind: ended.outcome, exitCode: ended.exitCode, reasons: ended.reasons };
  }
  // The last thing the run itself wrote: what reading it back added are warnings.
  const last = run.events.findLast(({ type }) => type !== 'warning')?.type ?? 'run.started';
  return { kind: 'died', reasons: [`The journal ends with \`${last}\`, before the run’s end.`] };
}
