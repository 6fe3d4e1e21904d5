import { describe, expect, test } from 'vitest';
import { stableLeader } from '../../src/assertions/stable-leader.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { elected, faultEvents, leaderSeen, runOf } from '../fixtures/run-builder.ts';

const title = 'delay what m1 sends to m2 by 50 ms';
const judged = (events: readonly JournalEvent[], fault = faultEvents({ title })) =>
  stableLeader().judge(
    runOf({ events: [elected('m1', 2, 500), leaderSeen('m1', 2, 600), ...fault, ...events] }),
  );

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
    expect(judged([leaderSeen(null, 3, 12_000)])).toMatchObject({
      status: 'violated',
      summary: `most members named no leader at 12 s, under "${title}"`,
    });
  });

  test('cannot tell where the fault was not in place, and has nothing to judge without one', () => {
    const unproved = faultEvents({ title, without: ['fault.proved'] });
    expect(judged([], unproved)).toMatchObject({
      status: 'inconclusive',
      summary: `"${title}" was injected, but never proved to be in place`,
    });
    expect(judged([], [])).toMatchObject({ status: 'not-exercised' });
  });
});
