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
export async function checkProperties(run: RecordedRun, folder: string): Promise<void> {
  try {
    acceptProperties(run, await inThread(folder));
  } catch (error) {
    acceptProperties(run, allUnknown(`the checker failed: ${messageOf(error)}`));
  }
}

async function inThread(folder: string): Promise<readonly PropertyResult[]> {
  const worker = new Worker(workerFile, { workerData: folder });
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`its thread ended with ${code}`)));
    });
  } finally {
    await worker.terminate();
  }
}
