import { DrillError } from '../../errors.ts';
import { integer } from '../../parameters.ts';
import type { FaultTarget, HealableFault } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { sentBy } from './delay.ts';
import type { EchoPlan, Echoes } from './echo.ts';
import { linksTowards, shaping } from './shaping.ts';

const range = { min: 64, max: 50_000 };

export const bandwidthKind = faultKind({
  name: 'bandwidth',
  family: 'network',
  summary: 'Limits how much the targets can send to each of the chosen peers.',
  undo: 'leased',
  needs: 'NET_ADMIN in the sidecar; tbf in the kernel',
  parameters: {
    kbit: integer(range, 1000, 'kilobits a second, towards each peer'),
  },
  build: ({ targets, towards }, { kbit }) => bandwidth(targets, towards, { kbit }),
});

/** With Ethernet's, IP's and ICMP's headers. */
const payloadBytes = 1400;
const packetBytes = payloadBytes + 42;
/** What waits longer is dropped. */
const queueMs = 400;
/** Two full packets at least pass at once, or what a high rate sends in 10 ms. */
const burstOf = (kbit: number): number => Math.max(3200, Math.ceil((kbit * 125) / 100));

/**
 * Limits what `targets` send to each of `towards`. Proven by echoes of full size, sent at once, that
 * come back no faster than the limit.
 */
export function bandwidth(
  targets: readonly FaultTarget[],
  towards: readonly FaultTarget[],
  { kbit }: { readonly kbit: number },
): HealableFault {
  if (kbit < range.min || kbit > range.max)
    throw new DrillError(
      `A bandwidth of ${kbit} kbit/s: it can be from ${range.min} to ${range.max} kbit/s.`,
    );
  const links = linksTowards(targets, towards).map((link) => ({
    ...link,
    qdisc: `tbf rate ${kbit}kbit burst ${burstOf(kbit)} latency ${queueMs}ms`,
    shows: (now: Echoes, before: Echoes) => limited(now, before, kbit),
  }));
  return shaping({
    name: 'bandwidth',
    title: `limit ${sentBy(links)} to ${kbit} kbit/s`,
    parameters: { kbit },
    links,
    echoes: fullEchoes(kbit),
  });
}

/** The burst, and a quarter of a second of the rate behind it. */
const fullEchoes = (kbit: number): EchoPlan => ({
  count: Math.ceil((burstOf(kbit) + kbit * 125 * 0.25) / packetBytes) + 2,
  spacingMs: 0,
  payloadBytes,
  waitMs: 2 * queueMs,
});

function limited(now: Echoes, before: Echoes, kbit: number): string | undefined {
  const [measured, measuredBefore = Infinity] = [now, before].map((echoes) => kbitOf(echoes, kbit));
  if (measured === undefined || measured > Math.min(1.25 * kbit, 0.9 * measuredBefore))
    return undefined;
  return `${Math.round(measured)} kbit/s (${Math.round(measuredBefore)} before)`;
}

/** Without the burst, which passes at any speed; undefined where no more than that came back. */
function kbitOf({ answered, tookMs }: Echoes, kbit: number): number | undefined {
  const bytes = answered * packetBytes - burstOf(kbit);
  return bytes <= 0 || tookMs === 0 ? undefined : (bytes * 8) / tookMs;
}
