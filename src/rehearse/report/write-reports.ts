import { join } from 'node:path';
import { writeWhole } from '../../reporters/write-whole.ts';
import type { Rehearsal } from '../rehearsal.ts';
import { rehearsalJunit } from './junit.ts';
import { rehearsalPage } from './page.ts';

/** Names of keys are in them, and values where they were asked for: they are their user's alone. */
const ownMode = 0o600;

/** Writes `run.json`, `junit.xml` and `report.html` into a folder that is there. */
export async function writeReports(rehearsal: Rehearsal, folder: string): Promise<void> {
  const reports = {
    'run.json': `${JSON.stringify(rehearsal, null, 2)}\n`,
    'junit.xml': rehearsalJunit(rehearsal),
    'report.html': rehearsalPage(rehearsal),
  };
  for (const [name, text] of Object.entries(reports))
    await writeWhole(join(folder, name), text, ownMode);
}
