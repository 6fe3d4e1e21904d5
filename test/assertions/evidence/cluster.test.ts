import { describe, expect, test } from 'vitest';
import { cutWindows, membersAt } from '../../../src/assertions/evidence/cluster.ts';
import { faultEvents, isolate, memberState, runOf } from '../../fixtures/run-builder.ts';

const grown = [
  memberState('m1', 'killed', 2000),
  memberState('m1', 'starting', 3000),
  memberState('m4', 'starting', 5000),
  memberState('m3', 'removed', 25_000),
];

test.each([
  [4999, ['m1', 'm2', 'm3']],
  [5000, ['m1', 'm2', 'm3', 'm4']],
  [24_999, ['m1', 'm2', 'm3', 'm4']],
  [Infinity, ['m1', 'm2', 'm4']],
])('at %d the members are %j', (t, members) => {
  expect(membersAt(runOf({ events: grown }), t)).toEqual(members);
});

describe('a cut is weighed by the members at its time', () => {
  const pair = isolate(['m1', 'm2'], { members: ['m1', 'm2', 'm3', 'm4'] });
  const effect = (events: Parameters<typeof runOf>[0]['events']) =>
    cutWindows(runOf({ events: [...(events ?? []), ...faultEvents({ cut: pair })] }))[0]?.effect;

  test('two of four are no majority', () => {
    expect(effect(grown)).toMatchObject({ quorum: 3, leadership: { kind: 'impossible' } });
  });

  test('two of three are one, before the fourth comes', () => {
    expect(effect([memberState('m4', 'starting', 21_000)])).toMatchObject({
      quorum: 2,
      leadership: { kind: 'kept', leader: 'm1' },
    });
  });
});
