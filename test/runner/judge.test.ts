import { expect, test } from 'vitest';
import type { Assertion } from '../../src/assertions/assertion.ts';
import type { RecordedRun } from '../../src/journal/recorded-run.ts';
import { assertionsOf, judge } from '../../src/runner/judge.ts';
import { scenario } from '../../src/scenario.ts';
import type { Verdict } from '../../src/verdict.ts';

const run: RecordedRun = {
  events: [],
  history: { operationCount: 0, watchRecordCount: 0, operations: () => [], watchRecords: () => [] },
};
const found = (name: string): Verdict => ({
  status: 'held',
  assertion: name,
  title: name,
  summary: 'held',
  counts: {},
  measurements: [],
});
const holds = (name: string): Assertion => ({ name, options: {}, judge: () => found(name) });
const breaks: Assertion = {
  name: 'durable',
  options: {},
  judge: () => {
    throw new RangeError('Invalid array length');
  },
};
const cellOf = (assertions: readonly Assertion[] | ((p: object) => readonly Assertion[])) => ({
  drill: 'd',
  source: 'd',
  scenario: scenario({ summary: 's', assertions }, async () => undefined),
  parameters: { hold: 5000 },
  members: 3,
});

test('a check that fails to run is inconclusive, says why, and stops no other', () => {
  expect(judge([holds('elects'), breaks, holds('converges')], run)).toEqual([
    found('elects'),
    {
      status: 'inconclusive',
      assertion: 'durable',
      title: 'durable could not be judged',
      summary: 'the check itself failed: Invalid array length',
      counts: {},
      measurements: [],
    },
    found('converges'),
  ]);
});

test('assertions may depend on the parameters', () => {
  const cell = cellOf((parameters) => [holds(JSON.stringify(parameters))]);
  expect(assertionsOf(cell)[0]?.name).toBe('{"hold":5000}');
});

test("every general assertion is added once, after the drill's own", () => {
  const names = assertionsOf(cellOf([holds('elects'), breaks])).map(({ name }) => name);
  expect(names.slice(0, 2)).toEqual(['elects', 'durable']);
  expect(names.filter((name) => name === 'durable')).toHaveLength(1);
  expect(names).toContain('kv.linearizable');
  expect(names).toContain('watch.reliable');
  expect(new Set(names).size).toBe(names.length);
});
