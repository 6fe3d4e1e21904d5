import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cut } from '../src/journal/events.ts';
import { effectOf, quorum } from '../src/quorum.ts';
import { five, isolate, onlyLinks, seven, takeDown, three } from './fixtures/run-builder.ts';

test.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [5, 3],
  [7, 4],
  [9, 5],
])('a majority of %d is %d', (members, expected) => expect(quorum(members)).toBe(expected));

describe('effectOf', () => {
  test('the leader cut off: one of the rest must be elected', () => {
    expect(effectOf(three, isolate(['m1']))).toEqual({
      quorum: 2,
      electable: ['m2', 'm3'],
      isolated: ['m1'],
      stranded: [],
      down: [],
      leadership: { kind: 'moves', from: 'm1', to: ['m2', 'm3'] },
    });
  });

  test('a follower cut off: the leader stays', () => {
    expect(effectOf(three, isolate(['m3']))).toMatchObject({
      isolated: ['m3'],
      leadership: { kind: 'kept', leader: 'm1' },
    });
  });

  test('a majority cut into pieces: nobody can lead', () => {
    const cut = onlyLinks([['m1', 'm2']], { members: five });
    expect(effectOf(five, cut)).toMatchObject({
      electable: [],
      isolated: five,
      leadership: { kind: 'impossible', from: 'm1' },
    });
  });

  test('the leader in the minority of seven: the majority of four elects', () => {
    const cut = isolate(['m1', 'm2', 'm3'], { members: seven });
    expect(effectOf(seven, cut)).toMatchObject({
      quorum: 4,
      isolated: ['m1', 'm2', 'm3'],
      leadership: { kind: 'moves', from: 'm1', to: ['m4', 'm5', 'm6', 'm7'] },
    });
  });

  test('a bridge with the leader at one end: it stays, and the far end has no leader', () => {
    const bridge = onlyLinks([
      ['m1', 'm2'],
      ['m2', 'm3'],
    ]);
    expect(effectOf(three, bridge)).toEqual({
      quorum: 2,
      electable: three,
      isolated: [],
      stranded: ['m3'],
      down: [],
      leadership: { kind: 'kept', leader: 'm1' },
    });
  });

  test('the spokes of a star reach no majority, but can follow its centre', () => {
    const star = onlyLinks(
      ['m1', 'm2', 'm4', 'm5'].map((spoke): [string, string] => [spoke, 'm3']),
      { members: five },
    );
    expect(effectOf(five, star)).toMatchObject({
      electable: ['m3'],
      isolated: [],
      leadership: { kind: 'moves', from: 'm1', to: ['m3'] },
    });
  });

  test('a link severed one way is severed', () => {
    const oneWay: Cut = {
      links: [
        ['m1', 'm2'],
        ['m3', 'm1'],
      ],
      scope: 'all',
      leader: 'm1',
      term: 2,
    };
    expect(effectOf(three, oneWay).isolated).toEqual(['m1']);
  });

  test('the leader stays when clients are cut off: Raft does not notice', () => {
    expect(effectOf(three, isolate(['m1'], { scope: 'client' }))).toMatchObject({
      isolated: [],
      leadership: { kind: 'kept', leader: 'm1' },
    });
  });

  test('without a leader at the time, any that can be must be elected', () => {
    expect(effectOf(three, isolate(['m3'], { leader: null })).leadership).toEqual({
      kind: 'moves',
      from: null,
      to: ['m1', 'm2'],
    });
  });

  test('the leader killed: one of the rest must be elected, and nobody is left to be asked', () => {
    expect(effectOf(three, takeDown(['m1']))).toEqual({
      quorum: 2,
      electable: ['m2', 'm3'],
      isolated: [],
      stranded: [],
      down: ['m1'],
      leadership: { kind: 'moves', from: 'm1', to: ['m2', 'm3'] },
    });
  });

  test('a majority killed: who is left is isolated, the leader too', () => {
    expect(effectOf(three, takeDown(['m2', 'm3']))).toMatchObject({
      electable: [],
      isolated: ['m1'],
      down: ['m2', 'm3'],
      leadership: { kind: 'impossible', from: 'm1' },
    });
  });

  test('the only member killed: nobody can lead', () => {
    expect(effectOf(['m1'], takeDown(['m1'])).leadership).toEqual({
      kind: 'impossible',
      from: 'm1',
    });
  });

  test('agrees with a brute-force definition on any cut of up to seven members', () => {
    fc.assert(
      fc.property(anyCut, ({ members, cut }) => {
        const effect = effectOf(members, cut);
        const leaders = members.filter((member) => someMajority(members, cut, member));
        expect(effect.electable).toEqual(leaders);
        expect(effect.isolated).toEqual(
          members
            .filter((member) => !cut.down?.includes(member))
            .filter((member) => !leaders.some((leader) => whole(cut, member, leader))),
        );
        expect(effect.leadership.kind).toBe(
          leaders.length === 0
            ? 'impossible'
            : leaders.includes(cut.leader ?? '')
              ? 'kept'
              : 'moves',
        );
      }),
      { numRuns: 500 },
    );
  });
});

const anyCut = fc
  .integer({ min: 1, max: 7 })
  .map((size) => seven.slice(0, size))
  .chain((members) =>
    fc.record({
      members: fc.constant(members),
      cut: fc.record({
        links: fc.array(fc.tuple(fc.constantFrom(...members), fc.constantFrom(...members))),
        down: fc.subarray([...members]),
        scope: fc.constantFrom<Cut['scope']>('peer', 'all'),
        leader: fc.option(fc.constantFrom(...members)),
        term: fc.constant(2),
      }),
    }),
  );

/** By definition: some set of more than half the members exists that all have a whole link to it. */
function someMajority(members: readonly string[], cut: Cut, leader: string): boolean {
  for (let set = 0; set < 2 ** members.length; set += 1) {
    const chosen = members.filter((_, index) => (set >> index) % 2 === 1);
    const majority = chosen.length * 2 > members.length;
    if (majority && chosen.includes(leader) && chosen.every((one) => whole(cut, one, leader))) {
      return true;
    }
  }
  return false;
}

function whole({ links, down = [] }: Cut, one: string, other: string): boolean {
  if (down.includes(one) || down.includes(other)) return false;
  if (one === other) return true;
  return !links.some(
    ([from, to]) => (from === one && to === other) || (from === other && to === one),
  );
}
