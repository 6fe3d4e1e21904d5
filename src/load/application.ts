import { setTimeout as pause } from 'node:timers/promises';
import type { LoadTarget } from './load.ts';

const key = 'drill/application';

/** What an application with a stock client felt. */
export interface ApplicationReport {
  readonly answered: number;
  readonly failed: number;
  /** Longest time without an answer, the time before the first and after the last included. */
  readonly longestGap: { readonly startMs: number; readonly durationMs: number };
  /** Messages of the errors it saw, each once, at most ten. */
  readonly errors: readonly string[];
}

export interface Application {
  /** Ends it; an unfinished read is given up. Never rejects. */
  stop(): Promise<ApplicationReport>;
}

const everyMs = 100;
const maxErrors = 10;

/**
 * Runs an application beside the load: ten times a second it reads a key, linearizable, through
 * `etcd3` as it comes, which knows every endpoint and retries by itself. It only reads, so that the
 * history holds every write there is; a linearizable read needs leader and quorum as a write does.
 */
export async function startApplication(options: {
  readonly members: readonly LoadTarget[];
  readonly nowMs: () => number;
}): Promise<Application> {
  const { members, nowMs } = options;
  // Loaded late: it takes 200 ms, which commands without a cluster need not spend.
  const { Etcd3 } = await import('etcd3');
  const client = new Etcd3({ hosts: members.map(({ address }) => `http://${address}`) });
  const stopping = new AbortController();
  const errors = new Set<string>();
  let answered = 0;
  let failed = 0;
  let lastMs = nowMs();
  let longestGap = { startMs: lastMs, durationMs: 0 };

  const endGap = (): void => {
    const endMs = nowMs();
    if (endMs - lastMs > longestGap.durationMs) {
      longestGap = { startMs: lastMs, durationMs: endMs - lastMs };
    }
    lastMs = endMs;
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const dueMs = nowMs() + everyMs;
      try {
        await client.get(key).string();
        answered += 1;
        endGap();
      } catch (error) {
        if (stopping.signal.aborted) return;
        failed += 1;
        if (errors.size < maxErrors) errors.add(String(error));
      }
      const restMs = Math.max(dueMs - nowMs(), 1);
      await pause(restMs, undefined, { signal: stopping.signal, ref: false }).catch(
        () => undefined,
      ); // stopped
    }
  };

  const running = loop();
  return {
    async stop() {
      stopping.abort();
      endGap();
      client.close();
      // A call that the client never ends must not hold the run up.
      await Promise.race([running, pause(closeMs, undefined, { ref: false })]);
      return { answered, failed, longestGap, errors: [...errors] };
    },
  };
}

const closeMs = 1000;
