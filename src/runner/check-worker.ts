import { parentPort, workerData } from 'node:worker_threads';
import { propertiesOf } from '../assertions/evidence/checked.ts';
import { readRun } from '../journal/read.ts';
import type { CheckMessage } from './check-properties.ts';

const send = (message: CheckMessage): void => parentPort?.postMessage(message);

// Judges the properties of the run in the folder it is given, and sends the results.
const run = await readRun(workerData as string);
const { operationCount, watchRecordCount } = run.history;
const size = `${operationCount.toLocaleString('en-US')} operations and ${watchRecordCount.toLocaleString('en-US')} watch responses`;
const results = propertiesOf(run, (epoch) => {
  send({ kind: 'doing', what: `judging ${epoch} of ${size}` });
});
send({ kind: 'found', results });
