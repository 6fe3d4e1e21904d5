import type { Logger } from 'pino';
import { DrillError, exitCode, messageOf } from '../errors.ts';

/** An undo that did not work: what it was to undo, and why it could not. */
export interface UndoFailure {
  readonly title: string;
  readonly reason: string;
}

/**
 * What has to be put right when a run ends, last first. An undo is registered before the thing it
 * undoes is done, so it must be idempotent and must accept that nothing happened yet.
 */
export class UndoStack {
  readonly #entries: { title: string; undo: () => Promise<void> }[] = [];
  #unwinding = false;

  /**
   * Registers `undo`; the returned function takes it off the stack again, unused. Throws once the
   * stack unwinds: what could no longer be undone must not be done.
   */
  defer(title: string, undo: () => Promise<void>): () => void {
    if (this.#unwinding)
      throw new DrillError(`The run is ending: did not start "${title}".`, exitCode.interrupted);
    const entry = { title, undo };
    this.#entries.push(entry);
    return () => {
      const index = this.#entries.indexOf(entry);
      if (index >= 0) this.#entries.splice(index, 1);
    };
  }

  /** Runs every undo, each at most `deadlineMs` long; a failing one never stops those below it. */
  async unwind(deadlineMs: number, log?: Logger): Promise<UndoFailure[]> {
    this.#unwinding = true;
    const failures: UndoFailure[] = [];
    for (let entry = this.#entries.pop(); entry; entry = this.#entries.pop()) {
      try {
        await within(entry.undo(), deadlineMs);
        log?.info({ undo: entry.title }, 'undone');
      } catch (error) {
        log?.error({ undo: entry.title, err: error }, 'could not be undone');
        failures.push({ title: entry.title, reason: messageOf(error) });
      }
    }
    return failures;
  }
}

async function within(work: Promise<void>, deadlineMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not done after ${deadlineMs / 1000} s`)),
      deadlineMs,
    );
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
