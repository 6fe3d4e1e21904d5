import { describe, expect, test } from 'vitest';
import { cutWindows, membersAt, votersAt } from '../../../src/assertions/evidence/cluster.ts';
import type { JournalEvent } from '../../../src/journal/events.ts';
import {
  faultEvents,
  isolate,
  membership,
  memberState,
  runOf,
  takeDown,
  view,
} from '../../fixtures/run-builder.ts';

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

describe('what etcd acknowledged counts', () => {
  const changed = runOf({
    events: [
      membership('m4', 'learner', 5000),
      memberState('m4', 'starting', 6000),
      membership('m4', 'voter', 9000),
      // What it says of itself trails.
      { ...view('m4', 'm1', 2, 9050), learner: true } as JournalEvent,
      membership('m3', 'out', 12_000),
      memberState('m3', 'exited', 12_100),
      membership('m3', 'voter', 20_000),
    ],
  });

  test.each([
    [5000, ['m1', 'm2', 'm3', 'm4'], ['m1', 'm2', 'm3']],
    [9050, ['m1', 'm2', 'm3', 'm4'], ['m1', 'm2', 'm3', 'm4']],
    [13_000, ['m1', 'm2', 'm4'], ['m1', 'm2', 'm4']],
    // A voter counts though its etcd was never started.
    [20_000, ['m1', 'm2', 'm3', 'm4'], ['m1', 'm2', 'm3', 'm4']],
  ])('at %d the members are %j and the voters %j', (t, members, voters) => {
    expect(membersAt(changed, t)).toEqual(members);
    expect(votersAt(changed, t)).toEqual(voters);
  });
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

describe('a learner has no vote', () => {
  const learner = { ...view('m4', 'm1', 2, 6000), learner: true } as JournalEvent;
  const lost = { ...view('m4', null, 2, 7000), reachable: false } as JournalEvent;
  const promoted = view('m4', 'm1', 2, 12_000);
  const grownBy = (...views: readonly JournalEvent[]) =>
    runOf({ events: [memberState('m4', 'starting', 5000), ...views] });

  test.each([
    [6000, ['m1', 'm2', 'm3']],
    [8000, ['m1', 'm2', 'm3']],
    [12_000, ['m1', 'm2', 'm3', 'm4']],
  ])('at %d the voters are %j', (t, voters) => {
    expect(votersAt(grownBy(learner, lost, promoted), t)).toEqual(voters);
  });

  test('two voters of three keep their majority, though they are two of four members', () => {
    const cut = isolate(['m1', 'm2'], { members: ['m1', 'm2', 'm3', 'm4'] });
    const events = [memberState('m4', 'starting', 5000), ...faultEvents({ cut })];
    const effect = (more: readonly JournalEvent[]) =>
      cutWindows(runOf({ events: [...events, ...more] }))[0]?.effect;
    expect(effect([learner])).toMatchObject({ quorum: 2, leadership: { kind: 'kept' } });
    expect(effect([])).toMatchObject({ quorum: 3, leadership: { kind: 'impossible' } });
  });
});

test('a voter that was never started is down, and so is one that ended before', () => {
  const effectWith = (...before: readonly JournalEvent[]) => {
    const cut = takeDown(['m3']);
    return cutWindows(runOf({ events: [...before, ...faultEvents({ cut })] }))[0]?.effect;
  };
  const added = membership('m4', 'voter', 5000);
  expect(effectWith(added)).toMatchObject({
    quorum: 3,
    down: ['m3', 'm4'],
    leadership: { kind: 'impossible' },
  });
  expect(effectWith(added, memberState('m4', 'starting', 6000))).toMatchObject({
    down: ['m3'],
    leadership: { kind: 'kept' },
  });
  expect(effectWith(memberState('m2', 'exited', 5000))?.down).toEqual(['m2', 'm3']);
});

describe('a cut is relied on for the cluster it cut', () => {
  const doubtsAt = (startedMs: number) => {
    const start = { kind: 'restore', startedMs, restoredRevision: 4, state: () => [] } as const;
    const events = faultEvents({ cut: isolate(['m1']) });
    return cutWindows(runOf({ events, epochStarts: [start] }))[0]?.doubts;
  };

  test('not where another one began under it', () => {
    const doubt = 'epoch 2 (restored at revision 4) began while "cut m1 off" was in place';
    expect(doubtsAt(15_000)).toEqual([doubt]);
  });

  test('but where it began before or after', () => {
    expect([doubtsAt(9000), doubtsAt(21_000)]).toEqual([[], []]);
  });
});
