import { join } from 'node:path';
import { reportModel } from '../report/model.ts';
import type { Reporter } from './reporter.ts';
import { writeWhole } from './write-whole.ts';
import { runJsonOf } from './run-json.ts';

/** `run.json`: what came out of the run, for programs. */
export function jsonReporter(): Reporter {
  return {
    onEnd: (run, directory) => {
      const text = JSON.stringify(runJsonOf(reportModel(run)), null, 2);
      return writeWhole(join(directory, 'run.json'), `${text}\n`);
    },
  };
}
