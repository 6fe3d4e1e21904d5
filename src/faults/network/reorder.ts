import { formatDuration } from '../../duration.ts';
import { DrillError } from '../../errors.ts';
import { duration, integer } from '../../parameters.ts';
import type { FaultTarget, HealableFault } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { sentBy } from './delay.ts';
import type { Echoes } from './echo.ts';
import { manyEchoes, refusePercent } from './loss.ts';
import { linksTowards, shaping } from './shaping.ts';

export interface ReorderOptions {
  /** Of the packets, those that overtake the others. */
  readonly percent: number;
  /** How long the others are held. */
  readonly delayMs?: number;
}

export const reorderKind = faultKind({
  name: 'reorder',
  family: 'network',
  summary: 'Lets a share of the packets from the targets to the chosen peers overtake the others.',
  undo: 'leased',
  needs: 'NET_ADMIN in the sidecar; netem in the kernel',
  parameters: {
    percent: integer({ min: 1, max: 99 }, 25, 'of the packets that overtake the others'),
    delay: duration('10ms', 'how long the others are held'),
  },
  build: ({ targets, towards }, { percent, delay: delayMs }) =>
    reorder(targets, towards, { percent, delayMs }),
});

const shortestMs = 5;
const longestMs = 2000;

/** Reorders what `targets` send to `towards`. Proven by echoes that come back in another order. */
export function reorder(
  targets: readonly FaultTarget[],
  towards: readonly FaultTarget[],
  { percent, delayMs = 10 }: ReorderOptions,
): HealableFault {
  refusePercent('reorder', percent);
  if (delayMs < shortestMs || delayMs > longestMs)
    throw new DrillError(
      `A reorder that holds packets for ${delayMs} ms: it can be from ${shortestMs} ms to ${longestMs} ms.`,
    );
  const links = linksTowards(targets, towards).map((link) => ({
    ...link,
    qdisc: `netem limit 65536 delay ${delayMs}ms reorder ${percent}%`,
    shows: (now: Echoes, before: Echoes) =>
      now.overtaken <= before.overtaken
        ? undefined
        : `${now.overtaken} of ${now.sent} echoes overtaken (${before.overtaken} before)`,
  }));
  const plan = manyEchoes(percent);
  return shaping({
    name: 'reorder',
    title: `let ${percent}% of ${sentBy(links)} overtake the rest by ${formatDuration(delayMs)}`,
    parameters: { percent, delayMs },
    links,
    echoes: { ...plan, waitMs: plan.waitMs + delayMs },
  });
}
