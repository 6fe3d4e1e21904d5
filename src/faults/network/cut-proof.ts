import { setTimeout as pause } from 'node:timers/promises';
import { type FaultTarget, FaultUnproved } from '../fault.ts';
import { openDirections } from './cut-shapes.ts';
import { type Link, attempts, each } from './links.ts';
import { type PortScope, portOf, rulesPerSource } from './packet-rules.ts';
import { type CountedRule, countedRules } from './rule-set.ts';

/** A cut whose rules are in place, and what of it must be seen to bite. */
export interface PlacedCut {
  readonly id: string;
  readonly scope: PortScope;
  readonly severed: readonly Link[];
  /** The other directions of one-way cuts: what travels them must still arrive. */
  readonly open: readonly Link[];
}

export const placedCut = (id: string, severed: readonly Link[], scope: PortScope): PlacedCut => ({
  id,
  scope,
  severed,
  open: openDirections(severed),
});

/** A packet needs a fraction of a millisecond; that the attempt was dropped is counted besides. */
const silentAfterMs = 200;
const biteWithinMs = 5000;
const pollMs = 20;

/**
 * Shows of every severed direction that packets are dropped there, of every open one that they
 * arrive, and of both that nobody can connect any more who could before (`connectedBefore`).
 */
export async function proveCut(
  cut: PlacedCut,
  connectedBefore: readonly Link[],
): Promise<string[]> {
  const port = portOf[cut.scope];
  const never = links(cut).find((link) => !connectedBefore.includes(link));
  if (never) {
    const { from, to } = never;
    throw new FaultUnproved(
      `${from.name} could not reach ${to.name}:${port} before the cut, so nothing shows that the cut did it`,
    );
  }
  await allSilent(cut);
  const seen = await seenOnEveryLink(cut);
  const failed = ({ to }: Link): string =>
    `connection to ${to.name}:${port} failed (it succeeded before the cut)`;
  return [
    ...cut.severed.map(
      (link) =>
        `${link.from.name} → ${link.to.name}: ${seen.get(link)?.packets} packets dropped at ${link.to.name}, ${failed(link)}`,
    ),
    ...cut.open.map(
      (link) =>
        `${link.from.name} → ${link.to.name}: ${seen.get(link)?.packets} packets arrived at ${link.to.name}, as this direction is open; ${failed(link)}`,
    ),
  ];
}

/** That every rule is there and nothing overrules it. */
export async function rulesInPlace(cut: PlacedCut): Promise<void> {
  await packetsSeen(cut);
}

/** That every direction still drops, or lets through, what is sent into it now. */
export async function stillCut(cut: PlacedCut): Promise<void> {
  const before = await packetsSeen(cut);
  await allSilent(cut);
  const after = await packetsSeen(cut);
  // An attempt that failed shows only that one of its two ends dropped something: see that each did.
  for (const [link, { attempts: now }] of after) {
    if (now > (before.get(link)?.attempts ?? 0)) continue;
    const { from, to } = link;
    throw new FaultUnproved(
      cut.severed.includes(link)
        ? `the rules at ${to.name} met no attempt of ${from.name} to connect`
        : `no attempt of ${from.name} arrived at ${to.name}, although only the other direction is cut`,
    );
  }
}

const links = ({ severed, open }: PlacedCut): Link[] => [...severed, ...open];

async function allSilent(cut: PlacedCut): Promise<void> {
  const port = portOf[cut.scope];
  for (const [{ from, to }, attempt] of await attempts(links(cut), port, silentAfterMs)) {
    if (attempt !== 'silent')
      throw new FaultUnproved(`${from.name} still reaches ${to.name}:${port}`);
  }
}

interface Seen {
  readonly packets: number;
  /** Those of the rule that attempts to connect meet. */
  readonly attempts: number;
}

/** What the rules have dropped, or let pass, on each link; all of them must be in place. */
async function packetsSeen(cut: PlacedCut): Promise<Map<Link, Seen>> {
  const receivers = Map.groupBy(links(cut), ({ to }) => to);
  const seen = await each(receivers, async (to, incoming) => {
    const rules = await countedRules(
      to,
      cut.id,
      incoming.map(({ from }) => from.address),
    );
    return incoming.map((link): [Link, Seen] => [link, seenOf(link, rules, cut)]);
  });
  return new Map(seen.flat());
}

function seenOf({ from, to }: Link, rules: readonly CountedRule[], { scope }: PlacedCut): Seen {
  const own = rules.filter(({ source }) => source === from.address);
  if (own.length < rulesPerSource(scope))
    throw new FaultUnproved(`a rule against ${from.name} is gone from ${to.name}`);
  const packets = own.reduce((sum, rule) => sum + rule.packets, 0);
  // An attempt goes to the port; of what comes back from it, only a one-way cut sees anything.
  const attempted = own.find(({ side }) => side !== 'sport');
  return { packets, attempts: attempted?.packets ?? 0 };
}

async function seenOnEveryLink(cut: PlacedCut): Promise<Map<Link, Seen>> {
  const deadline = performance.now() + biteWithinMs;
  for (;;) {
    const seen = await packetsSeen(cut);
    const quiet = links(cut).find((link) => !seen.get(link)?.packets);
    if (!quiet) return seen;
    if (performance.now() > deadline) throw nothingSeen(quiet, cut);
    await pause(pollMs);
  }
}

function nothingSeen({ from, to }: Link, { severed }: PlacedCut): FaultUnproved {
  const dropped = severed.some((link) => link.from === from && link.to === to);
  return new FaultUnproved(
    dropped
      ? `no packet from ${from.name} was dropped at ${to.name} in 5 s`
      : `no packet from ${from.name} arrived at ${to.name} in 5 s, although only the other direction is cut`,
  );
}

/** The members whose namespaces hold rules of a cut, with the links that come in there. */
export const receiversOf = (cut: PlacedCut): Map<FaultTarget, Link[]> =>
  Map.groupBy(links(cut), ({ to }) => to);
