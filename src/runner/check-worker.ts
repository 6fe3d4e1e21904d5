import { parentPort, workerData } from 'node:worker_threads';
import { propertiesOf } from '../assertions/evidence/checked.ts';
import { readRun } from '../journal/read.ts';

// Judges the properties of the run in the folder it is given, and sends the results.
parentPort?.postMessage(propertiesOf(await readRun(workerData as string)));
