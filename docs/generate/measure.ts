import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { z } from 'zod';
import { type MeasuredRun, measuredFile, readMeasured } from './measured.ts';

/** What of a `run.json` is needed here. */
const shortRun = z.object({
  drill: z.string(),
  command: z.string(),
  outcome: z.string(),
  durationMs: z.number(),
  faults: z.array(z.object({ name: z.string() })),
  spec: z.object({ disks: z.object({ data: z.number().optional(), wal: z.number().optional() }) }),
  versions: z.object({ etcd: z.string() }),
});

/**
 * `npm run docs:measure <run.json …>`: keeps how long runs in short took and what they used, for the
 * table of drills. Only runs that were held count.
 */
const measured = new Map(readMeasured());
for (const path of process.argv.slice(2)) {
  const run = shortRun.parse(JSON.parse(readFileSync(path, 'utf8')));
  const short = run.command.includes(' --short') && !run.command.includes(' --control');
  if (!short || run.outcome !== 'held') {
    console.error(`${path}: not taken, as it is no run in short that was held (${run.command})`);
    continue;
  }
  measured.set(run.drill, rowOf(run));
}
const sorted = [...measured].toSorted(([one], [other]) => one.localeCompare(other));
const text = JSON.stringify(Object.fromEntries(sorted));
writeFileSync(measuredFile, await format(text, { parser: 'json', printWidth: 100 }));

function rowOf({ durationMs, faults, spec, versions }: z.infer<typeof shortRun>): MeasuredRun {
  const { data, wal } = spec.disks;
  return {
    seconds: Math.round(durationMs / 1000),
    faults: [...new Set(faults.map(({ name }) => name))].toSorted(),
    etcd: versions.etcd,
    ownDisks: data !== undefined || wal !== undefined,
  };
}
