import { expect, test } from 'vitest';
import { writeGapWithin } from '../../src/assertions/write-gap-within.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { notOk, put, runOf } from '../fixtures/run-builder.ts';

const assertion = writeGapWithin('500ms', { during: 'defragment' });
const aPut = { kind: 'put', key: 'k', value: 'v' } as const;

const step = (title: string, startMs: number, endMs: number): JournalEvent[] => [
  { type: 'step.started', t: startMs, step: title },
  { type: 'step.ended', t: endMs, step: title, outcome: 'done' },
];
/** Acknowledged every 100 ms, 5 ms after the call. */
const steady = (fromMs: number, toMs: number) =>
  Array.from({ length: (toMs - fromMs) / 100 }, (_, nth) =>
    put('k', fromMs + nth, { at: fromMs + nth * 100 }),
  );
const events = [...step('defragment m1', 1000, 2000), ...step('defragment m2', 3000, 4000)];

test('held, with the longest gap of each step', () => {
  const operations = [...steady(500, 1200), ...steady(1500, 5000)];
  expect(assertion.judge(runOf({ events, operations }))).toEqual({
    assertion: 'write-gap-within',
    title: 'Writes go on through what is done to the cluster',
    status: 'held',
    summary:
      'clients went at most 400 ms without an acknowledged write in 2 steps "defragment …" (bound 500 ms)',
    counts: { steps: 2, writes: 17 },
    measurements: [
      {
        name: 'write-gap.1',
        label: 'Longest write gap: defragment m1',
        value: 400,
        unit: 'ms',
        bound: 500,
      },
      {
        name: 'write-gap.2',
        label: 'Longest write gap: defragment m2',
        value: 100,
        unit: 'ms',
        bound: 500,
      },
    ],
  });
});

test('rejects a gap that began before the step and ended in it', () => {
  const operations = [...steady(500, 900), ...steady(1400, 5000)];
  expect(assertion.judge(runOf({ events, operations }))).toMatchObject({
    status: 'violated',
    summary: 'no write was acknowledged for 600 ms in "defragment m1" (bound 500 ms)',
  });
});

test('rejects writes that never came back', () => {
  const operations = [...steady(500, 3200), notOk('unknown', aPut, { at: 3200, tookMs: 3000 })];
  expect(assertion.judge(runOf({ events, operations }))).toMatchObject({
    status: 'violated',
    violations: [{ moments: [{ t: 3000, text: 'defragment m2' }] }],
  });
});

test('rejects a step in which no write was acknowledged, as none had been before', () => {
  const operations = Array.from({ length: 40 }, (_, nth) =>
    notOk('unknown', aPut, { at: 900 + nth * 100 }),
  );
  expect(assertion.judge(runOf({ events, operations }))).toMatchObject({
    status: 'violated',
    violations: [
      {
        message: 'no write was acknowledged for 3.9 s in "defragment m1" (bound 500 ms)',
      },
      {
        message: 'no write was acknowledged for 3.9 s in "defragment m2" (bound 500 ms)',
      },
    ],
  });
});

test('counts no time after the load', () => {
  const operations = [...steady(500, 3950), put('last', 90, { at: 9000 })];
  const ended: JournalEvent = { type: 'load.ended', t: 4000, counts: {} };
  expect(assertion.judge(runOf({ events, operations })).status).toBe('violated');
  expect(assertion.judge(runOf({ events: [...events, ended], operations })).status).toBe('held');
});

test('cannot tell without the step, nor where nobody wrote through it', () => {
  expect(assertion.judge(runOf({ operations: steady(500, 5000) }))).toMatchObject({
    status: 'inconclusive',
    summary: 'the run has no step "defragment …"',
  });
  expect(assertion.judge(runOf({ events, operations: steady(500, 900) }))).toMatchObject({
    status: 'inconclusive',
    summary:
      'no write was attempted in "defragment m1", which took 1 s; no write was attempted in "defragment m2", which took 1 s',
  });
});
