import { setTimeout as pause } from 'node:timers/promises';
import type { Member } from '../../cluster/member.ts';
import { type Duration, durationMs, formatDuration } from '../../duration.ts';
import { DrillError } from '../../errors.ts';
import { duration } from '../../parameters.ts';
import type { HealableFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { prepareDown } from './taken-down.ts';

/** The undo of a run that ends waits for it, and has a minute. */
const longestMs = 30_000;

/**
 * Stops a member whose way back is slow: healing starts it only after `delay`, as a machine that
 * boots or a volume that is attached anew. Needs no capability.
 */
export function slowStart(member: Member, { delay }: { readonly delay: Duration }): HealableFault {
  const delayMs = durationMs(delay);
  if (delayMs > longestMs) {
    throw new DrillError(
      `slow-start waits ${formatDuration(delayMs)}, more than the ${formatDuration(longestMs)} that healing may take: choose a shorter delay.`,
    );
  }
  return {
    name: 'slow-start',
    title: `stop ${member.name}, and start it ${formatDuration(delayMs)} late`,
    undo: 'repaired',
    targets: [member],
    parameters: { delay: delayMs },
    down: [member.name],
    prepare: async () =>
      prepareDown('slow-start', [member], {
        takeDown: () => member.stop(),
        async bringBack() {
          if (member.state === 'running') return;
          await pause(delayMs);
          await member.start();
        },
        commands: {
          inject: [`docker stop ${member.etcdContainer}`],
          heal: [`sleep ${delayMs / 1000} && docker start ${member.etcdContainer}`],
        },
      }),
  };
}

export const slowStartKind = faultKind({
  name: 'slow-start',
  family: 'process',
  summary: 'Stops a member whose start takes long.',
  undo: 'repaired',
  needs: 'the engine alone',
  parameters: { delay: duration('5s', 'how long its way back takes, at most 30s') },
  build: ({ targets }, { delay }) => slowStart(onlyOne('slow-start', targets), { delay }),
});
