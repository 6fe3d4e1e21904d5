import pRetry from 'p-retry';
import { formatDuration } from './duration.ts';
import { DrillError, type ExitCode, messageOf } from './errors.ts';

/** What is waited for, for how long, and what it means when it does not come. */
export interface Wait {
  /** Completes "… did not": `another leader than m1`. */
  readonly subject: string;
  readonly withinMs: number;
  readonly everyMs?: number;
  /** Exit code of the error when it does not come in time. */
  readonly code: ExitCode;
  readonly signal?: AbortSignal;
}

class NotYet extends Error {}

/**
 * Asks `check` again and again until it gives something. A `DrillError` that it throws ends the wait;
 * anything else counts as "not yet" and is the reason in the message when the time is up. A look that
 * is still unanswered then is given up.
 */
export async function eventually<T>(
  { subject, withinMs, everyMs = 50, code, signal }: Wait,
  check: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  let reason = ': the first look at it was not answered';
  const look = async (): Promise<T> => {
    try {
      const found = await check();
      if (found !== undefined) return found;
      reason = '';
    } catch (error) {
      if (error instanceof DrillError) throw error;
      reason = `: ${messageOf(error)}`;
    }
    throw new NotYet();
  };
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new NotYet()), withinMs);
  const ends = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
  try {
    return await pRetry(() => unlessAborted(ends, look()), {
      retries: Number.POSITIVE_INFINITY,
      factor: 1,
      minTimeout: everyMs,
      maxTimeout: everyMs,
      shouldRetry: ({ error }) => error instanceof NotYet,
      signal: ends,
    });
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    throw new DrillError(
      `${subject} did not come within ${formatDuration(withinMs)}${reason}`,
      code,
    );
  } finally {
    clearTimeout(timer);
  }
}

function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
