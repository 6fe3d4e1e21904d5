import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CutShape,
  bridge,
  majoritiesRing,
  openDirections,
  twoSides,
} from '../../../src/faults/network/cut-shapes.ts';
import type { Cut } from '../../../src/journal/events.ts';
import { effectOf, quorum } from '../../../src/quorum.ts';

const members = (size: number) => Array.from({ length: size }, (_, i) => ({ name: `m${i + 1}` }));
const [m1, m2, m3, m4, m5] = members(5) as [M, M, M, M, M];
type M = { readonly name: string };

const linksOf = ({ links }: CutShape): string[] =>
  links.map(({ from, to }) => `${from.name}>${to.name}`);

/** Whom each member still reaches, itself counted. */
function reachOf(all: readonly M[], { links }: CutShape<M>): Map<string, string[]> {
  const severed = ({ name }: M, other: M): boolean =>
    links.some(({ from, to }) => from.name === name && to === other);
  return new Map(
    all.map((member) => [
      member.name,
      all.filter((other) => !severed(member, other)).map(({ name }) => name),
    ]),
  );
}

const cutOf = ({ links }: CutShape, leader: string): Cut => ({
  links: links.map(({ from, to }) => [from.name, to.name]),
  scope: 'peer',
  leader,
  term: 2,
});

describe('two sides', () => {
  test.each([
    ['both', ['m1>m2', 'm1>m3', 'm2>m1', 'm3>m1']],
    ['inbound', ['m2>m1', 'm3>m1']],
    ['outbound', ['m1>m2', 'm1>m3']],
  ] as const)('%s, as the first sees it', (direction, links) => {
    const shape = twoSides([m1], [m2, m3], direction);
    expect(shape).toMatchObject({ title: 'cut m1 off from m2, m3', direction });
    expect(linksOf(shape)).toEqual(links);
  });

  test('of which one has no members are refused', () => {
    expect(() => twoSides([m1, m2], [])).toThrow(
      'A partition needs members on both sides, but the first has 2 (m1, m2) and the second 0 members. Leave at least one member on each, or start a larger cluster with `--members`.',
    );
    expect(() => twoSides([], [m1])).toThrow('the first has 0 members and the second 1 (m1)');
  });

  test('a one-way cut leaves the other direction of each link open', () => {
    expect(openDirections(twoSides([m1], [m2], 'inbound').links)).toEqual([{ from: m1, to: m2 }]);
    expect(openDirections(twoSides([m1], [m2]).links)).toEqual([]);
  });
});

describe('a bridge', () => {
  test('is reached by everyone, and the sides by nobody of the other', () => {
    const shape = bridge(m3, [m1, m2], [m4, m5]);
    expect(shape.title).toBe('cut m1, m2 off from m4, m5, joined by m3');
    expect(Object.fromEntries(reachOf([m1, m2, m3, m4, m5], shape))).toEqual({
      m1: ['m1', 'm2', 'm3'],
      m2: ['m1', 'm2', 'm3'],
      m3: ['m1', 'm2', 'm3', 'm4', 'm5'],
      m4: ['m3', 'm4', 'm5'],
      m5: ['m3', 'm4', 'm5'],
    });
  });

  test('whose joint stands on a side is refused', () => {
    expect(() => bridge(m1, [m1], [m2])).toThrow(
      'm1 joins the two sides of a bridge, so it stands on neither: name it once.',
    );
  });

  test('with one side only is refused', () => {
    expect(() => bridge(m1, [], [m2])).toThrow('A partition needs members on both sides');
  });
});

describe('a ring of majorities', () => {
  test.each([1, 2, 3])('of %d is refused by name', (size) => {
    const all = members(size);
    const names = all.map(({ name }) => name).join(', ');
    expect(() => majoritiesRing(all)).toThrow(
      `A ring of majorities needs 4 or more members, but got ${size} (${names}): with fewer every member reaches all the others. Start a larger cluster, for example with \`--members 5\`.`,
    );
  });

  test.each([4, 5, 6, 7, 8, 9])('of %d: each reaches a majority, no two the same', (size) => {
    const all = members(size);
    const shape = majoritiesRing(all);
    const reach = [...reachOf(all, shape).values()];
    for (const reached of reach) {
      expect(reached.length).toBeGreaterThanOrEqual(quorum(size));
      expect(reached.length).toBeLessThan(size);
    }
    expect(new Set(reach.map((reached) => reached.join())).size).toBe(size);
    expect(openDirections(shape.links)).toEqual([]);
  });

  test('of five leaves each its two neighbours', () => {
    const reach = reachOf([m1, m2, m3, m4, m5], majoritiesRing([m1, m2, m3, m4, m5]));
    expect(reach.get('m1')).toEqual(['m1', 'm2', 'm5']);
    expect(reach.get('m4')).toEqual(['m3', 'm4', 'm5']);
  });
});

describe('what follows for the leader', () => {
  test.each([3, 5, 7])('of %d: it stays wherever it stands in a bridge or a ring', (size) => {
    const all = members(size);
    const names = all.map(({ name }) => name);
    const [first, ...rest] = all as [M, ...M[]];
    const half = rest.length / 2;
    const shapes = [bridge(first, rest.slice(0, half), rest.slice(half))];
    if (size > 3) shapes.push(majoritiesRing(all));
    for (const shape of shapes)
      for (const leader of names)
        expect(effectOf(names, cutOf(shape, leader)).leadership).toEqual({ kind: 'kept', leader });
  });

  test('of five, at one end of a bridge: the far end is left without a leader', () => {
    const cut = cutOf(bridge(m3, [m1, m2], [m4, m5]), 'm1');
    const names = ['m1', 'm2', 'm3', 'm4', 'm5'];
    expect(effectOf(names, cut)).toMatchObject({ isolated: [], stranded: ['m4', 'm5'] });
    expect(effectOf(names, { ...cut, leader: 'm3' })).toMatchObject({ isolated: [], stranded: [] });
  });

  test('a one-way cut is the same to Raft as one both ways', () => {
    fc.assert(
      fc.property(fc.constantFrom(3, 5, 7), fc.integer({ min: 1, max: 6 }), (size, cutOff) => {
        const all = members(size);
        const side = all.slice(0, Math.min(cutOff, size - 1));
        const rest = all.slice(side.length);
        const names = all.map(({ name }) => name);
        const [both, inbound, outbound] = (['both', 'inbound', 'outbound'] as const).map(
          (direction) => effectOf(names, cutOf(twoSides(side, rest, direction), 'm1')),
        );
        expect(inbound).toEqual(both);
        expect(outbound).toEqual(both);
      }),
    );
  });
});
