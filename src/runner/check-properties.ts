import { Worker } from 'node:worker_threads';
import { acceptProperties } from '../assertions/evidence/checked.ts';
import type { PropertyResult } from '../checker/result.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';

const workerFile = new URL(
  `./check-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/**
 * Lets the checker judge a saved run in a thread of its own, so that the command stays responsive
 * whatever the history's size, and hands the results to the assertions that ask for them.
 */
export async function checkProperties(run: RecordedRun, folder: string): Promise<void> {
  const worker = new Worker(workerFile, { workerData: folder });
  const results = await new Promise<readonly PropertyResult[]>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the checker's thread ended with ${code}`)));
  });
  await worker.terminate();
  acceptProperties(run, results);
}
