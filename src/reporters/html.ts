import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderReport } from '../report/render.ts';
import type { Reporter } from './reporter.ts';

/** `report.html`: one self-contained file. */
export function htmlReporter(): Reporter {
  return {
    onEnd: (run, directory) => writeFile(join(directory, 'report.html'), renderReport(run)),
  };
}
