import { Worker } from 'node:worker_threads';
import { acceptProperties } from '../assertions/evidence/checked.ts';
import { allUnknown } from '../checker/judge-columns.ts';
import type { PropertyResult } from '../checker/result.ts';
import { messageOf } from '../errors.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';

const workerFile = new URL(
  `./check-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/**
 * Lets the checker judge a saved run in a thread of its own, so that the command stays responsive
 * whatever the history's size, and hands the results to the assertions that ask for them. A thread
 * that fails (out of memory, a history that cannot be read) has found nothing out: every property is
 * unknown with the reason.
 */
export async function checkProperties(
  run: RecordedRun,
  folder: string,
  onProgress: OnProgress = () => undefined,
): Promise<void> {
  try {
    acceptProperties(run, await inThread(folder, onProgress));
  } catch (error) {
    acceptProperties(run, allUnknown(`the checker failed: ${messageOf(error)}`));
  }
}

/** Called once a second from the first one on, with what is being judged. */
export type OnProgress = (doing: string, elapsedMs: number) => void;

/** What the thread sends: what it does now, and in the end what it found. */
export type CheckMessage =
  | { readonly kind: 'doing'; readonly what: string }
  | { readonly kind: 'found'; readonly results: readonly PropertyResult[] };

const progressEveryMs = 1000;

async function inThread(
  folder: string,
  onProgress: OnProgress,
): Promise<readonly PropertyResult[]> {
  const worker = new Worker(workerFile, { workerData: folder });
  const startedMs = performance.now();
  let doing = 'reading the history';
  const ticking = setInterval(() => {
    onProgress(doing, performance.now() - startedMs);
  }, progressEveryMs);
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', (message: CheckMessage) => {
        if (message.kind === 'doing') doing = message.what;
        else resolve(message.results);
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`its thread ended with ${code}`)));
    });
  } finally {
    clearInterval(ticking);
    await worker.terminate();
  }
}
