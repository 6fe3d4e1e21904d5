import { describe, expect, test } from 'vitest';
import { oneLeaderPerTerm } from '../../src/assertions/one-leader-per-term.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { elected, leaderSeen, runOf, view } from '../fixtures/run-builder.ts';

const judge = oneLeaderPerTerm().judge;

test('held: every term has one leader', () => {
  const events = [elected('m1', 2, 1000), view('m2', 'm1', 2, 1100), elected('m2', 3, 9000)];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'held',
    summary: '2 elections in 2 terms, never two leaders in one',
    counts: { elections: 2, terms: 2 },
  });
});

test('held: a status whose term trails its leader is no second leader', () => {
  const events = [elected('m1', 2, 1000), elected('m2', 3, 9000), view('m3', 'm2', 2, 9001)];
  expect(judge(runOf({ events })).status).toBe('held');
});

test('violated: two leaders in one term', () => {
  const events = [elected('m1', 4, 12_300), elected('m3', 4, 12_500), elected('m1', 4, 12_600)];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'violated',
    violations: [{ message: 'm1 and m3 were both elected at term 4, at 12.3 s and at 12.5 s' }],
  });
});

test('inconclusive: no election was recorded', () => {
  expect(judge(runOf({}))).toMatchObject({
    status: 'inconclusive',
    summary: 'no election was recorded',
  });
});

test('inconclusive: members named a leader whose election is in no log', () => {
  const events = [
    elected('m1', 2, 1000),
    view('m2', 'm3', 4, 9000),
    leaderSeen('m3', 4, 9100),
    view('m1', null, 4, 9200),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'inconclusive',
    summary: 'm2 named m3 as leader at term 4, but no log tells of its election',
  });
});

test('inconclusive: most members named a leader at a term at which no log tells of its election', () => {
  const events = [
    elected('m1', 2, 1000),
    leaderSeen('m1', 2, 1100),
    elected('m2', 3, 5000),
    leaderSeen('m1', 4, 9000),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'inconclusive',
    summary: 'the majority view named m1 as leader at term 4, but no log tells of its election',
  });
});

test('inconclusive: an election that came only later explains no earlier leader', () => {
  const events = [elected('m1', 2, 1000), leaderSeen('m2', 3, 5000), elected('m2', 4, 9000)];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'inconclusive',
    summary: 'the majority view named m2 as leader at term 3, but no log tells of its election',
  });
});

test('held: most members had the new leader before its term', () => {
  const events = [elected('m1', 2, 1000), leaderSeen('m2', 2, 8990), elected('m2', 3, 9000)];
  expect(judge(runOf({ events })).status).toBe('held');
});

describe('a restored cluster begins its terms anew', () => {
  const start = { kind: 'restore', startedMs: 5000, restoredRevision: 4, state: () => [] } as const;
  const judged = (...events: readonly JournalEvent[]) =>
    judge(runOf({ events, epochStarts: [start] }));

  test('held: a term of the old cluster has another leader in the new', () => {
    expect(judged(elected('m1', 2, 1000), elected('m2', 2, 6000))).toMatchObject({
      status: 'held',
      summary: '2 elections in 2 terms, never two leaders in one',
    });
  });

  test('violated: two leaders in one term of the new cluster', () => {
    expect(
      judged(elected('m1', 2, 1000), elected('m2', 2, 6000), elected('m3', 2, 6100)),
    ).toMatchObject({
      status: 'violated',
      violations: [
        {
          message:
            'in epoch 2 (restored at revision 4), m2 and m3 were both elected at term 2, at 6 s and at 6.1 s',
        },
      ],
    });
  });

  test('inconclusive: an election of the old cluster explains no leader of the new', () => {
    expect(judged(elected('m1', 2, 1000), leaderSeen('m1', 2, 6000))).toMatchObject({
      status: 'inconclusive',
      summary: 'the majority view named m1 as leader at term 2, but no log tells of its election',
    });
  });
});
