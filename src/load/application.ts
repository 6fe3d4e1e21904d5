import { setTimeout as pause } from 'node:timers/promises';
import type { LoadTarget } from './load.ts';

/** Apart from the load's keys: the application's writes are not operations of the history. */
export const applicationKey = 'drill/application/counter';

/** What an application with a stock client felt. */
export interface ApplicationReport {
  readonly acknowledged: number;
  readonly failed: number;
  /** Longest time without an acknowledged write, the time before the first and after the last included. */
  readonly longestGap: { readonly startMs: number; readonly durationMs: number };
  /** Messages of the errors it saw, each once, at most ten. */
  readonly errors: readonly string[];
}

export interface Application {
  /** Ends it; an unfinished write is given up. Never rejects. */
  stop(): Promise<ApplicationReport>;
}

const everyMs = 100;
const maxErrors = 10;

/**
 * Runs an application beside the load: it writes a counter ten times a second through `etcd3` as it
 * comes, which knows every endpoint and retries by itself. One put may so be executed several
 * times, which is why it is measured but never judged.
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
  let acknowledged = 0;
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
    for (let count = 1; !stopping.signal.aborted; count++) {
      const dueMs = nowMs() + everyMs;
      try {
        await client.put(applicationKey).value(count).exec();
        acknowledged += 1;
        endGap();
      } catch (error) {
        if (stopping.signal.aborted) return;
        failed += 1;
        if (errors.size < maxErrors) errors.add(String(error));
      }
      const restMs = Math.max(dueMs - nowMs(), 1);
      await pause(restMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined); // stopped
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
      return { acknowledged, failed, longestGap, errors: [...errors] };
    },
  };
}

const closeMs = 1000;
