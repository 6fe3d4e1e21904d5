import { type Attempt, connect } from './connections.ts';
import type { FaultTarget } from '../fault.ts';

/** One direction between two members, as packets travel. */
export interface Link {
  readonly from: FaultTarget;
  readonly to: FaultTarget;
}

export const pairs = (from: readonly FaultTarget[], to: readonly FaultTarget[]): Link[] =>
  from.flatMap((a) => to.map((b) => ({ from: a, to: b })));

/** Does something once for each member that `groups` puts links under. */
export const each = <T>(
  groups: ReadonlyMap<FaultTarget, readonly Link[]>,
  act: (member: FaultTarget, links: readonly Link[]) => Promise<T>,
): Promise<T[]> => Promise.all([...groups].map(([member, links]) => act(member, links)));

/** Tries every link once, all at once. */
export async function attempts(
  senders: ReadonlyMap<FaultTarget, readonly Link[]>,
  port: number,
): Promise<Map<Link, Attempt>> {
  const tried = await each(senders, async (from, outgoing) => {
    const results = await connect(
      from,
      outgoing.map((link) => link.to.address),
      port,
    );
    return outgoing.map((link): [Link, Attempt] => [
      link,
      results.get(link.to.address) ?? 'silent',
    ]);
  });
  return new Map(tried.flat());
}

export const linksThat = (tried: ReadonlyMap<Link, Attempt>, came: Attempt): Link[] =>
  [...tried].filter(([, attempt]) => attempt === came).map(([link]) => link);
