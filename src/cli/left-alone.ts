import type { RunOnEngine } from '../cluster/list-runs.ts';

/** Why `drill clean` leaves a run, and how it is removed all the same. */
export function leftAlone({ run, state }: RunOnEngine): string {
  return state === 'silent'
    ? `left ${run}: it could not be asked and may be alive; \`drill clean ${run}\` removes it all the same`
    : `left ${run}: it is ${state}`;
}
