import { describe, expect, test } from 'vitest';
import { keepsQuorum } from '../../src/assertions/keeps-quorum.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { membership, memberState, runOf } from '../fixtures/run-builder.ts';

const ended: JournalEvent = { type: 'load.ended', t: 30_000, counts: {} };
const judged = (...events: JournalEvent[]) =>
  keepsQuorum().judge(runOf({ events: [...events, ended] }));

test('one of three down is survived; what comes after the load does not count', () => {
  const teardown = ['m1', 'm2', 'm3'].map((member) => memberState(member, 'stopped', 31_000));
  expect(judged(memberState('m3', 'killed', 9000), ...teardown)).toEqual({
    assertion: 'keeps-quorum',
    title: 'Most voters are up at every moment',
    status: 'held',
    summary: '2 of 3 voters were up when it was tightest, at 9 s: 0 more could have gone down',
    counts: { voters: 3 },
    measurements: [
      {
        name: 'quorum.spare',
        label: 'Voters that could have gone down too, at least',
        value: 0,
        unit: 'count',
      },
    ],
  });
});

describe('with one of three down', () => {
  const down = memberState('m3', 'killed', 9000);

  test('rejects a voter that is added before it is there', () => {
    const started = memberState('m4', 'starting', 17_500);
    expect(judged(down, membership('m4', 'voter', 12_000), started)).toMatchObject({
      status: 'violated',
      summary: '2 of 4 voters were up for 5.5 s from 12 s on, and 3 make a majority',
      violations: [{ moments: [{ t: 12_000, text: '2 of 4 voters up' }] }],
    });
  });

  test('a learner does not count, and has its vote once it is up', () => {
    const learner = [membership('m4', 'learner', 12_000), memberState('m4', 'starting', 17_500)];
    const promoted = membership('m4', 'voter', 20_000);
    expect(judged(down, ...learner, promoted)).toMatchObject({
      status: 'held',
      counts: { voters: 4 },
    });
  });

  test('whoever was taken out is needed no more', () => {
    expect(judged(down, membership('m3', 'out', 10_000)).status).toBe('held');
    expect(judged(down, memberState('m2', 'stopped', 10_000)).status).toBe('violated');
  });
});

test('is not exercised where all stayed as they were', () => {
  expect(judged()).toMatchObject({
    status: 'not-exercised',
    summary: 'nobody joined, left or went down in this run',
  });
});
