import { quorum } from '../quorum.ts';
import type { Random } from '../runner/random.ts';

/**
 * The members to lose where one shall survive a lost quorum: as few as make a majority, the leader
 * among them, unless the survivor leads. It may have been elected since it was chosen.
 */
export function majorityWithout<T>(
  survivor: T,
  { members, leader, random }: { members: readonly T[]; leader: T; random: Random },
): T[] {
  const others = members.filter((member) => member !== survivor);
  const first = others.filter((member) => member === leader);
  const rest = others.filter((member) => member !== leader);
  return [...first, ...random.sample(rest, quorum(members.length) - first.length)];
}
