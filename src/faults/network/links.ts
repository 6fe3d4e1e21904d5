import type { FaultTarget } from '../fault.ts';
import { type Attempt, connect } from './connections.ts';

/** One direction between two members, as packets travel. */
export interface Link<M = FaultTarget> {
  readonly from: M;
  readonly to: M;
}

export const pairs = <M>(from: readonly M[], to: readonly M[]): Link<M>[] =>
  from.flatMap((a) => to.map((b) => ({ from: a, to: b })));

/** Does something once for each member that `groups` puts links under. */
export const each = <T>(
  groups: ReadonlyMap<FaultTarget, readonly Link[]>,
  act: (member: FaultTarget, links: readonly Link[]) => Promise<T>,
): Promise<T[]> => Promise.all([...groups].map(([member, links]) => act(member, links)));

/** Tries every link once, all at once, and gives up on what is silent after `withinMs`. */
export async function attempts(
  links: readonly Link[],
  port: number,
  withinMs: number,
): Promise<Map<Link, Attempt>> {
  const senders = Map.groupBy(links, ({ from }) => from);
  const tried = await each(senders, async (from, outgoing) => {
    const addresses = outgoing.map(({ to }) => to.address);
    const results = await connect(from, addresses, port, withinMs);
    return outgoing.map((link): [Link, Attempt] => [
      link,
      results.get(link.to.address) ?? 'silent',
    ]);
  });
  return new Map(tried.flat());
}

export const linksThat = (tried: ReadonlyMap<Link, Attempt>, came: Attempt): Link[] =>
  [...tried].filter(([, attempt]) => attempt === came).map(([link]) => link);
