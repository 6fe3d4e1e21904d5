import { join } from 'node:path';
import { renderReport } from '../report/render.ts';
import type { Reporter } from './reporter.ts';
import { writeWhole } from './write-whole.ts';

/** `report.html`: one self-contained file. */
export function htmlReporter(): Reporter {
  return {
    onEnd: (run, directory) => writeWhole(join(directory, 'report.html'), renderReport(run)),
  };
}
