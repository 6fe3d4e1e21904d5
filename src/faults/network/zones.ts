import { formatDuration } from '../../duration.ts';
import { DrillError } from '../../errors.ts';
import { duration } from '../../parameters.ts';
import type { FaultTarget, HealableFault } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { delayEchoes, delayed } from './delay.ts';
import { linksTowards, shaping } from './shaping.ts';

/** A member with the zone that it is in. */
export interface ZonedTarget extends FaultTarget {
  readonly zone?: string;
}

/** Round trips between zones in milliseconds, each pair once in either order: `{ 'a-b': 40 }`. */
export type RoundTrips = Readonly<Record<string, number>>;

export const zonesKind = faultKind({
  name: 'zones',
  family: 'network',
  summary: 'Puts the same round trip between every two zones of the targets.',
  undo: 'leased',
  needs: 'NET_ADMIN in the sidecar; netem in the kernel, else NFQUEUE; zones in the cluster',
  parameters: { rtt: duration('60ms', 'round trip between every two zones') },
  build: ({ targets }, { rtt }) => zones(targets, everyTwo(zonesOf(targets), rtt)),
});

/** There and back, of what a delay may be on one way. */
const longestMs = 4000;

/**
 * Puts a round trip between every two zones: half of it on each way. Members of one zone reach each
 * other as before. Proven by the round trips of every link between zones.
 */
export function zones(members: readonly ZonedTarget[], roundTrips: RoundTrips): HealableFault {
  const crossing = linksTowards(members, members).flatMap(({ from, to }) => {
    const [a, b] = [zoneOf(members, from), zoneOf(members, to)];
    return a === b ? [] : [{ from, to, rttMs: roundTripOf(roundTrips, a, b) }];
  });
  const links = crossing.map(({ from, to, rttMs }) => ({
    from,
    to,
    ...delayed({ delayMs: rttMs / 2, jitterMs: 0, distribution: 'uniform' }, rttMs),
  }));
  const listed = Object.entries(roundTrips).map(([pair, ms]) => `${pair} ${formatDuration(ms)}`);
  return shaping({
    name: 'zones',
    title: `spread ${zonesOf(members).length} zones (round trips ${listed.join(', ')})`,
    parameters: roundTrips,
    links,
    echoes: delayEchoes(Math.max(...crossing.map(({ rttMs }) => rttMs))),
  });
}

const zonesOf = (members: readonly ZonedTarget[]): string[] =>
  [...new Set(members.flatMap(({ zone }) => zone ?? []))].toSorted();

function zoneOf(members: readonly ZonedTarget[], { name }: FaultTarget): string {
  const zone = members.find((member) => member.name === name)?.zone;
  if (zone !== undefined) return zone;
  throw new DrillError(
    `${name} is in no zone: name one per member in the cluster's \`zones\`, for example ['a', 'b', 'c'].`,
  );
}

function roundTripOf(roundTrips: RoundTrips, a: string, b: string): number {
  const rttMs = roundTrips[`${a}-${b}`] ?? roundTrips[`${b}-${a}`];
  if (rttMs === undefined) {
    const known = Object.keys(roundTrips).join(', ') || 'none';
    throw new DrillError(`There is no round trip for the zones ${a}-${b}: it has ${known}.`);
  }
  if (rttMs >= 1 && rttMs <= longestMs) return rttMs;
  throw new DrillError(
    `The round trip ${a}-${b} is ${rttMs} ms: it can be from 1 ms to ${longestMs} ms.`,
  );
}

const everyTwo = (names: readonly string[], rttMs: number): RoundTrips =>
  Object.fromEntries(
    names.flatMap((a, index) => names.slice(index + 1).map((b) => [`${a}-${b}`, rttMs] as const)),
  );
