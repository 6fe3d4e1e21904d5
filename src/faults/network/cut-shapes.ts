import { DrillError } from '../../errors.ts';
import { type Link, pairs } from './links.ts';

/** What a shape needs to know of a member: its name, for titles and refusals. */
interface Named {
  readonly name: string;
}

/**
 * Which packets between two sides are lost, as the first side sees it: those in both directions,
 * those that come in, or those that go out. TCP needs both directions, so no connection stands in any
 * of the three; but what travels in the open direction still arrives.
 */
export type Direction = 'both' | 'inbound' | 'outbound';

/** A cut as the set of links that it severs. */
export interface CutShape<M = Named> {
  /** For people: `cut m1 off from m2, m3`. */
  readonly title: string;
  readonly direction: Direction;
  readonly links: readonly Link<M>[];
}

/** Every link between the two sides; one without members is refused, as it would cut nothing. */
export function twoSides<M extends Named>(
  sideA: readonly M[],
  sideB: readonly M[],
  direction: Direction = 'both',
): CutShape<M> {
  refuseEmpty(sideA, sideB);
  const inbound = pairs(sideB, sideA);
  const outbound = pairs(sideA, sideB);
  const links = { both: [...outbound, ...inbound], inbound, outbound }[direction];
  return { title: `cut ${names(sideA)} off from ${names(sideB)}`, direction, links };
}

/** Two sides that only `joint` still joins: it reaches everyone, they reach their own side and it. */
export function bridge<M extends Named>(
  joint: M,
  sideA: readonly M[],
  sideB: readonly M[],
  direction: Direction = 'both',
): CutShape<M> {
  if (sideA.includes(joint) || sideB.includes(joint)) {
    throw new DrillError(
      `${joint.name} joins the two sides of a bridge, so it stands on neither: name it once.`,
    );
  }
  const sides = twoSides(sideA, sideB, direction);
  return { ...sides, title: `${sides.title}, joined by ${joint.name}` };
}

/** The smallest cluster of which every member can see a majority, each another one. */
const smallestRing = 4;

/**
 * Every member reaches a majority, itself counted, and no two the same one: each keeps its links to
 * its nearest neighbours on a ring of `members`, in this order, and loses the rest.
 */
export function majoritiesRing<M extends Named>(members: readonly M[]): CutShape<M> {
  const size = members.length;
  if (size < smallestRing) {
    throw new DrillError(
      `A ring of majorities needs ${smallestRing} or more members, but got ${size} (${names(members)}): with fewer ` +
        'every member reaches all the others. Start a larger cluster, for example with `--members 5`.',
    );
  }
  // Half a majority without oneself to each side, rounded up: at 5 one neighbour, at 7 two.
  const reach = Math.ceil(Math.floor(size / 2) / 2);
  const links = pairs(members, members).filter(({ from, to }) => {
    const apart = Math.abs(members.indexOf(from) - members.indexOf(to));
    return Math.min(apart, size - apart) > reach;
  });
  return {
    title: `leave ${names(members)} a majority each, and each another`,
    direction: 'both',
    links,
  };
}

/** The other direction of every link that is severed in one direction only: packets still travel it. */
export function openDirections<M>(links: readonly Link<M>[]): Link<M>[] {
  return links
    .map(({ from, to }) => ({ from: to, to: from }))
    .filter(({ from, to }) => !links.some((link) => link.from === from && link.to === to));
}

function refuseEmpty(sideA: readonly Named[], sideB: readonly Named[]): void {
  if (sideA.length > 0 && sideB.length > 0) return;
  const side = (members: readonly Named[]): string =>
    members.length === 0 ? '0 members' : `${members.length} (${names(members)})`;
  throw new DrillError(
    `A partition needs members on both sides, but the first has ${side(sideA)} and the second ${side(sideB)}. ` +
      'Leave at least one member on each, or start a larger cluster with `--members`.',
  );
}

const names = (members: readonly Named[]): string => members.map(({ name }) => name).join(', ');
