import { describe, expect, test } from 'vitest';
import { stableLeader } from '../../src/assertions/stable-leader.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import {
  elected,
  faultEvents,
  leaderSeen,
  noAnswer,
  noneNamed,
  runOf,
  three,
  view,
} from '../fixtures/run-builder.ts';

const title = 'delay what m1 sends to m2 by 50 ms';
const answered = three.map((member) => view(member, 'm1', 2, 550));
const led = [elected('m1', 2, 500), leaderSeen('m1', 2, 600)];
const judged = (
  events: readonly JournalEvent[],
  { fault = faultEvents({ title }), before = led } = {},
) => stableLeader().judge(runOf({ events: [...answered, ...before, ...fault, ...events] }));

describe('stable-leader', () => {
  test('is held where nobody is elected while the fault is held', () => {
    expect(judged([elected('m2', 3, 21_000)])).toMatchObject({
      status: 'held',
      summary: 'no election and no moment without a leader under 1 fault',
      counts: { faults: 1, losses: 0 },
    });
  });

  test('rejects an election under the fault', () => {
    expect(judged([elected('m2', 3, 15_000)])).toMatchObject({
      status: 'violated',
      summary: `m2 was elected at term 3 at 15 s, under "${title}"`,
      violations: [{ moments: [{ t: 15_000, member: 'm2', text: 'elected at term 3' }] }],
    });
  });

  test('rejects a moment without a leader, though nobody came after', () => {
    expect(judged(noneNamed(['m2', 'm3'], 12_000))).toMatchObject({
      status: 'violated',
      summary: `most members named no leader at 12 s, under "${title}"`,
    });
  });

  test('rejects a view without a leader since before the fault', () => {
    expect(judged(noneNamed(['m2', 'm3'], 9000))).toMatchObject({
      status: 'violated',
      summary: `most members named no leader at 9.95 s, under "${title}"`,
    });
  });

  describe('two of three members do not answer for a moment', () => {
    const silent = [
      noAnswer('m1', 12_000),
      noAnswer('m2', 12_010),
      leaderSeen(null, 2, 12_010),
      view('m2', 'm1', 2, 12_110),
    ];

    test('is held where the same leader is named at the same term afterwards', () => {
      expect(judged([...silent, leaderSeen('m1', 2, 12_111)]).status).toBe('held');
    });

    test('cannot tell where nobody is named afterwards, or at another term', () => {
      const back = [
        ...silent.slice(0, 3),
        view('m2', 'm2', 3, 12_110),
        leaderSeen('m2', 3, 12_111),
      ];
      expect(judged(back)).toMatchObject({
        status: 'inconclusive',
        summary: `too few members answered for 101 ms at 12 s, under "${title}", so it is not known who led`,
      });
      expect(judged(silent.slice(0, 3)).status).toBe('inconclusive');
    });

    test('rejects those that answer then and name no leader', () => {
      const none = [
        ...silent.slice(0, 3),
        view('m3', null, 2, 12_100),
        view('m2', null, 2, 12_110),
        leaderSeen('m1', 2, 12_300),
      ];
      expect(judged(none)).toMatchObject({
        status: 'violated',
        summary: `most members named no leader at 12.1 s, under "${title}"`,
      });
    });
  });

  test('is held where a member that was cut off names none, and another does not answer', () => {
    const events = [
      view('m3', null, 2, 11_000),
      noAnswer('m1', 12_000),
      leaderSeen(null, 2, 12_000),
      view('m1', 'm1', 2, 13_000),
      leaderSeen('m1', 2, 13_000),
    ];
    expect(judged(events).status).toBe('held');
  });

  test('cannot tell where nobody watched', () => {
    expect(judged([], { before: [] })).toMatchObject({
      status: 'inconclusive',
      summary: `the majority view named no leader before "${title}", so it is not known that the members were watched`,
    });
    expect(judged([], { before: [leaderSeen('m1', 2, 600)] })).toMatchObject({
      status: 'inconclusive',
      summary:
        "no log tells of m1's election at term 2, so it is not known that the members' logs were read and that no election was missed",
    });
  });

  test('cannot tell where the fault was not in place, and has nothing to judge without one', () => {
    const unproved = faultEvents({ title, without: ['fault.proved'] });
    expect(judged([], { fault: unproved })).toMatchObject({
      status: 'inconclusive',
      summary: `"${title}" was injected, but never proved to be in place`,
    });
    expect(judged([], { fault: [] })).toMatchObject({ status: 'not-exercised' });
  });
});
