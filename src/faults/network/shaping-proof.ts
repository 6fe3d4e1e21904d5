import { setTimeout as pause } from 'node:timers/promises';
import { type FaultTarget, FaultUnproved, NotAsBefore } from '../fault.ts';
import { type EchoPlan, type Echoes, echo } from './echo.ts';
import { each } from './links.ts';
import type { ShapedLink } from './shaper.ts';

/** How each link was seen to be shaped. */
export type Seen = Map<ShapedLink, { readonly shown: string; readonly echoes: Echoes }>;
/** Links by the member that sends. */
export type Senders = ReadonlyMap<FaultTarget, readonly ShapedLink[]>;

const provedWithinMs = 5000;
const pollMs = 100;

/** What is known of a link that was not measured. */
export const noEchoes: Echoes = {
  sent: 0,
  answered: 0,
  duplicates: 0,
  overtaken: 0,
  rttsMs: [],
  tookMs: 0,
};

/** Sends echoes over every link. */
export async function measure(senders: Senders, plan: EchoPlan): Promise<Map<ShapedLink, Echoes>> {
  const measured = await each(senders, async (from) => {
    const links = senders.get(from) ?? [];
    const addresses = links.map(({ to }) => to.address);
    const echoes = await echo(from, addresses, plan);
    return links.map((link): [ShapedLink, Echoes] => [
      link,
      echoes.get(link.to.address) ?? noEchoes,
    ]);
  });
  return new Map(measured.flat());
}

/** What looks shaped before, or cannot be seen, shows nothing of the fault. */
export function refuseBlind({ from, to, shows }: ShapedLink, before: Echoes): void {
  if (before.answered === 0)
    throw new FaultUnproved(
      `${to.name} answered no echo of ${from.name} before, so nothing shows what the fault does`,
    );
  const shown = shows(before, before);
  if (shown !== undefined)
    throw new FaultUnproved(`${from.name} → ${to.name} had that before the fault: ${shown}`);
}

/** A link that nothing is done to. */
const ideal: Echoes = { ...noEchoes, sent: 1, answered: 1, rttsMs: [0] };

/**
 * Measures until every link is seen to be shaped still, held against an ideal one: what it met before
 * may be off by now, such as another fault on the way back.
 */
export const untilAllStillShow = (senders: Senders, plan: EchoPlan): Promise<Seen> =>
  untilAllShow(senders, plan, () => ideal);

/** Measures until every link was seen to be shaped. */
export async function untilAllShow(
  senders: Senders,
  plan: EchoPlan,
  before: (link: ShapedLink) => Echoes,
): Promise<Seen> {
  const deadline = performance.now() + provedWithinMs;
  const seen: Seen = new Map();
  for (;;) {
    const measured = await measure(senders, plan);
    for (const [link, now] of measured) {
      const shown = link.shows(now, before(link));
      if (shown !== undefined) seen.set(link, { shown, echoes: now });
    }
    const unseen = [...measured].find(([link]) => !seen.has(link));
    if (!unseen) return seen;
    if (performance.now() > deadline) {
      const [{ from, to }, { answered, sent }] = unseen;
      throw new FaultUnproved(
        `echoes from ${from.name} to ${to.name} fare as before (${answered} of ${sent} answered)`,
      );
    }
    await pause(pollMs);
  }
}

/**
 * Measures until every link fares as before or, where another fault came meanwhile, so much better
 * than while the fault was held that it must be off.
 */
export async function untilAllAsBefore(
  senders: Senders,
  plan: EchoPlan,
  before: (link: ShapedLink) => Echoes,
  held: Seen,
): Promise<string[]> {
  const deadline = performance.now() + provedWithinMs;
  for (;;) {
    const measured = [...(await measure(senders, plan))];
    const odd = measured.find(([link, now]) => {
      if (now.answered === 0 || link.shows(now, before(link)) === undefined) return false;
      const then = held.get(link)?.echoes;
      return then === undefined || link.shows(then, now) === undefined;
    });
    if (!odd) {
      return measured.map(([{ from, to }, { answered }]) =>
        answered === 0
          ? `${to.name} answers no echo of ${from.name}, so the link was not measured`
          : `${from.name} → ${to.name}: echoes fare without it`,
      );
    }
    if (performance.now() > deadline) {
      const [link, now] = odd;
      throw new NotAsBefore(
        `${link.from.name} → ${link.to.name}, ${link.shows(now, before(link))}`,
      );
    }
    await pause(pollMs);
  }
}
