import { DrillError } from '../../errors.ts';
import { integer } from '../../parameters.ts';
import type { FaultTarget, HealableFault } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { sentBy, undisturbed } from './delay.ts';
import { type EchoPlan, type Echoes } from './echo.ts';
import { linksTowards, shaping } from './shaping.ts';

export interface LossOptions {
  /** Of the packets, from 1 to 100. */
  readonly percent: number;
  /** Mean number of packets lost in a row; 1 means each by itself. */
  readonly burst?: number;
}

export const lossKind = faultKind({
  name: 'loss',
  family: 'network',
  summary: 'Loses a share of the packets that the targets send to the chosen peers.',
  undo: 'leased',
  needs: 'NET_ADMIN in the sidecar; netem in the kernel, else NFQUEUE',
  parameters: {
    percent: integer({ min: 1, max: 100 }, 20, 'of the packets that are lost'),
    burst: integer({ min: 1, max: 100 }, 1, 'mean number of packets that are lost in a row'),
  },
  build: ({ targets, towards }, { percent, burst }) => loss(targets, towards, { percent, burst }),
});

/** Loses some of what `targets` send to `towards`. Proven by echoes that do not come back. */
export function loss(
  targets: readonly FaultTarget[],
  towards: readonly FaultTarget[],
  { percent, burst = 1 }: LossOptions,
): HealableFault {
  refusePercent('loss', percent);
  const links = linksTowards(targets, towards).map((link) => ({
    ...link,
    qdisc: `netem limit 65536 ${lossOf(percent, burst)}`,
    queue: { ...undisturbed, loss: percent / 100, burst },
    shows: (now: Echoes, before: Echoes) => lostMore(now, before, percent),
  }));
  const inBursts = burst === 1 ? '' : `, ${burst} in a row`;
  return shaping({
    name: 'loss',
    title: `lose ${percent}% of ${sentBy(links)}${inBursts}`,
    parameters: { percent, burst },
    links,
    echoes: manyEchoes(percent),
  });
}

export function refusePercent(fault: string, percent: number): void {
  if (percent >= 1 && percent <= 100) return;
  throw new DrillError(`${fault} of ${percent}%: it can be from 1% to 100% of the packets.`);
}

/** Enough that some are struck in one round of a few hundred milliseconds, or in the next. */
export const manyEchoes = (percent: number): EchoPlan => ({
  count: Math.min(200, Math.max(20, Math.ceil(400 / percent))),
  spacingMs: 2,
  payloadBytes: 56,
  waitMs: 300,
});

/** More than before by a third of what is asked for: chance alone has others. */
export function lostMore(now: Echoes, before: Echoes, percent: number): string | undefined {
  const [lost, lostBefore] = [now, before].map(({ sent, answered }) => sent - answered);
  if (lost === undefined || lostBefore === undefined || lost <= lostBefore) return undefined;
  const more = lost / now.sent - lostBefore / before.sent;
  if (more < percent / 300) return undefined;
  return `${lost} of ${now.sent} echoes lost (${lostBefore} before)`;
}

/** Bursts follow Gilbert's model: from the good state to the bad one, and back. */
function lossOf(percent: number, burst: number): string {
  if (burst === 1 || percent === 100) return `loss ${percent}%`;
  const enter = percent / (burst * (1 - percent / 100));
  return `loss gemodel ${enter.toFixed(3)}% ${(100 / burst).toFixed(3)}%`;
}
