import { formatDuration } from '../../duration.ts';
import { DrillError } from '../../errors.ts';
import { choice, duration } from '../../parameters.ts';
import type { FaultTarget, HealableFault } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { type EchoPlan, type Echoes, medianRttMs } from './echo.ts';
import type { QueuePlan } from './packet-queue.ts';
import type { ShapedLink } from './shaper.ts';
import { linksTowards, shaping } from './shaping.ts';

export interface DelayOptions {
  /** Of every packet, one way: the round trip grows by it. */
  readonly delayMs: number;
  /** How far single packets are off it: the bound of a uniform distribution, else its deviation. */
  readonly jitterMs?: number;
  readonly distribution?: 'uniform' | 'normal' | 'pareto' | 'paretonormal';
}

export const delayKind = faultKind({
  name: 'delay',
  family: 'network',
  summary: 'Delays every packet that the targets send to the chosen peers.',
  undo: 'leased',
  needs: 'NET_ADMIN in the sidecar; netem in the kernel, else NFQUEUE',
  parameters: {
    delay: duration('50ms', 'of every packet, one way: the round trip grows by it'),
    jitter: duration('0ms', 'how far single packets are off it'),
    distribution: choice(
      ['uniform', 'normal', 'pareto', 'paretonormal'],
      'uniform',
      'of the jitter; a packet queue knows the first two',
    ),
  },
  build: ({ targets, towards }, { delay: delayMs, jitter: jitterMs, distribution }) =>
    delay(targets, towards, { delayMs, jitterMs, distribution }),
});

/** Longer ones would keep the commands of a member from running while its links are measured. */
const longestMs = 2000;

/** Delays what `targets` send to `towards`, and nothing else. Proven by round trips that grew. */
export function delay(
  targets: readonly FaultTarget[],
  towards: readonly FaultTarget[],
  { delayMs, jitterMs = 0, distribution = 'uniform' }: DelayOptions,
): HealableFault {
  if (delayMs < 1 || delayMs > longestMs)
    throw new DrillError(`A delay of ${delayMs} ms: it can be from 1 ms to ${longestMs} ms.`);
  if (jitterMs < 0 || jitterMs > delayMs)
    throw new DrillError(
      `A jitter of ${jitterMs} ms: it can be from 0 ms to the delay, ${delayMs} ms.`,
    );
  const links = linksTowards(targets, towards).map((link) => ({
    ...link,
    ...delayed({ delayMs, jitterMs, distribution }),
  }));
  const spread = jitterMs === 0 ? '' : ` ± ${formatDuration(jitterMs)}`;
  return shaping({
    name: 'delay',
    title: `delay ${sentBy(links)} by ${formatDuration(delayMs)}${spread}`,
    parameters: { delayMs, jitterMs, distribution },
    links,
    echoes: delayEchoes(delayMs + 3 * jitterMs),
  });
}

/** `what m1 sends to m2, m3` */
export function sentBy(links: readonly Pick<ShapedLink, 'from' | 'to'>[]): string {
  const names = (members: readonly FaultTarget[]): string =>
    [...new Set(members.map(({ name }) => name))].join(', ');
  const senders = links.map(({ from }) => from);
  const verb = new Set(senders).size === 1 ? 'sends' : 'send';
  return `what ${names(senders)} ${verb} to ${names(links.map(({ to }) => to))}`;
}

/** How links of at most this round trip are measured. */
export const delayEchoes = (longestRttMs: number): EchoPlan => ({
  count: 10,
  spacingMs: 5,
  payloadBytes: 56,
  waitMs: 300 + 2 * longestRttMs,
});

/** A link's delay for both mechanisms; `riseMs` is how much its round trip grows by it. */
export function delayed(
  { delayMs, jitterMs, distribution }: Required<DelayOptions>,
  riseMs = delayMs,
): Omit<ShapedLink, 'from' | 'to'> {
  const jitter = jitterMs === 0 ? '' : ` ${jitterMs}ms distribution ${distribution}`;
  return {
    // netem holds 1,000 packets unless told otherwise, and drops what comes beyond.
    qdisc: `netem limit 65536 delay ${delayMs}ms${jitter.replace(' distribution uniform', '')}`,
    ...(distribution === 'uniform' || distribution === 'normal'
      ? { queue: { ...undisturbed, delayMs, jitterMs, distribution } }
      : {}),
    shows: (now, before) => grew(now, before, riseMs),
  };
}

/** A packet queue that lets everything pass. */
export const undisturbed: QueuePlan = {
  delayMs: 0,
  jitterMs: 0,
  distribution: 'uniform',
  loss: 0,
  burst: 1,
};

/** Half of what is asked for is more than a busy machine's own spread, and jitter's. */
function grew(now: Echoes, before: Echoes, byMs: number): string | undefined {
  const [rttMs, beforeMs] = [medianRttMs(now), medianRttMs(before)];
  if (rttMs === undefined || beforeMs === undefined || rttMs - beforeMs < byMs / 2)
    return undefined;
  return `round trip ${rttMs.toFixed(1)} ms (${beforeMs.toFixed(1)} ms before)`;
}
