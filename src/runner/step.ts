import { messageOf } from '../errors.ts';
import type { JournalEventOf } from '../journal/events.ts';
import { outcomeOf } from './outcome.ts';
import type { Recorder } from './recorder.ts';

export type StepRole = JournalEventOf<'step.started'>['role'];

/**
 * Performs a part of a timeline and journals how it ended; an error is passed on, and journaled with
 * the exit code that a run ends with by it, so that an assertion can tell a broken promise from a
 * machine that failed.
 */
export async function performStep<T>(
  { title, role }: { readonly title: string; readonly role?: StepRole },
  { nowMs, write }: Pick<Recorder, 'nowMs' | 'write'>,
  body: () => Promise<T>,
): Promise<T> {
  write({ type: 'step.started', t: nowMs(), step: title, ...(role && { role }) });
  try {
    const result = await body();
    write({ type: 'step.ended', t: nowMs(), step: title, outcome: 'done' });
    return result;
  } catch (error) {
    const { exitCode } = outcomeOf({ kind: 'failed', error }, [], []);
    const failed = { outcome: 'failed', error: messageOf(error), exitCode } as const;
    write({ type: 'step.ended', t: nowMs(), step: title, ...failed });
    throw error;
  }
}
