import type { Step } from './steps.ts';

/** Steps that every run has, or that only wait: they are nothing done to the cluster. */
const waits = /^(prove the steady state|look at the end|go on( to \d+ operations)?|recover)$/;
const mostDeeds = 5;

/**
 * What was done to the cluster by a drill that breaks nothing (a defragmentation, a transfer of
 * leadership), by the names of its steps; undefined where it did nothing.
 */
export function deedsOf(steps: readonly Step[]): string | undefined {
  const deeds = steps.map(({ name }) => name).filter((name) => !waits.test(name));
  if (deeds.length === 0) return undefined;
  const told = deeds.slice(0, mostDeeds).join('; ');
  const more = deeds.length - mostDeeds;
  return `Done under load: ${told}${more > 0 ? `; and ${more} more` : ''}.`;
}
