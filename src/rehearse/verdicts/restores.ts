import { duration } from '../../report/format.ts';
import type { Facts, MeasuredPhase } from '../facts.ts';
import { type Finding, notReached } from './verdict-of.ts';

/** Parts of a recovery; making pods is no part of it, as a user's hosts are there already. */
const recoveryPhases = ['restore', 'start', 'elect', 'first write', 'full health'];

/** The phases of the recovery, and how long it took as a whole. */
export function recoveryOf(
  phases: readonly MeasuredPhase[],
): { readonly phases: readonly MeasuredPhase[]; readonly rtoMs: number } | undefined {
  const parts = phases.filter(({ name }) => recoveryPhases.includes(name));
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined || last.name !== recoveryPhases.at(-1))
    return undefined;
  return { phases: parts, rtoMs: last.endMs - first.startMs };
}

/** Whether the file brings a cluster up, and how long that takes. */
export function judgeRestores({ notRestored, restored, phases }: Facts): Finding {
  if (notRestored !== undefined)
    return {
      status: notRestored.isItsFault ? 'violated' : 'inconclusive',
      summary: `it came to an end in “${notRestored.phase}”: ${notRestored.reason}`,
    };
  if (restored === undefined) return notReached;
  const unhealthy = restored.members.flatMap(({ name, unhealthy: reason }) =>
    reason === undefined ? [] : [`${name} is not healthy: ${reason}`],
  );
  if (unhealthy.length > 0)
    return {
      status: 'violated',
      summary: `it started, and ${unhealthy[0]}`,
      violations: unhealthy,
      counts: { members: restored.members.length },
    };
  const recovery = recoveryOf(phases);
  if (recovery === undefined) return notReached;
  const parts = recovery.phases.map(
    ({ name, startMs, endMs }) => `${name} ${duration(endMs - startMs)}`,
  );
  const rto = { name: 'rto', label: 'Restored (RTO)', value: recovery.rtoMs, unit: 'ms' } as const;
  return {
    status: 'held',
    summary: `${duration(recovery.rtoMs)} to full health: ${parts.join(', ')}`,
    counts: { members: restored.members.length },
    measurements: [rto],
  };
}
