import { expect, test } from 'vitest';
import { oneLeaderPerTerm } from '../../src/assertions/one-leader-per-term.ts';
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
