import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { faultKinds } from '../../src/faults/registry.ts';

/** Where `npm run docs:measure` keeps what runs of `drill run <drill> --short` were like. */
export const measuredFile = 'docs/generate/measured.json';

const measuredRun = z.strictObject({
  /** From the run's start to its verdict, on the machine that was measured. */
  seconds: z.number().positive(),
  /** By name, those that were injected. */
  faults: z.array(z.string()),
  /** The versions that its members ran. */
  etcd: z.string(),
  /** Whether the members had disks of their own. */
  ownDisks: z.boolean(),
});
export type MeasuredRun = z.infer<typeof measuredRun>;

const measurements = z.record(z.string(), measuredRun);

/** By drill. */
export function readMeasured(): ReadonlyMap<string, MeasuredRun> {
  return new Map(
    Object.entries(measurements.parse(JSON.parse(readFileSync(measuredFile, 'utf8')))),
  );
}

/** What the engine and its kernel must have for a drill, by the faults that its run injected. */
export function needsOf({ faults, etcd, ownDisks }: MeasuredRun): string {
  const needs = faultKinds
    .filter(({ name }) => faults.includes(name))
    .flatMap(({ needs: own }) => own.split('; '));
  const disks = ownDisks ? ['SYS_ADMIN in the helper, for disks of its own'] : [];
  const versions = etcd.includes(',') ? [`etcd ${etcd}`] : [];
  const all = [
    ...new Set([...needs.filter((need) => !ownDisks || !need.includes('disk')), ...disks]),
  ];
  const more = all.filter((need) => need !== 'the engine alone');
  return [...(more.length === 0 ? ['the engine alone'] : more), ...versions].join('; ');
}
