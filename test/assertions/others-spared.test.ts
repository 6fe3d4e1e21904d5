import { expect, test } from 'vitest';
import { othersSpared } from '../../src/assertions/others-spared.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { notOk, put, runOf } from '../fixtures/run-builder.ts';

const assertion = othersSpared({ by: '100ms' });
const spared: JournalEvent = {
  type: 'observation',
  t: 9000,
  name: 'spared',
  member: 'm3',
  data: { beforeFromMs: 1000, beforeToMs: 3000, fromMs: 5000, toMs: 7000 },
};
/** 200 operations, of which so many take long. */
const answers = (fromMs: number, tookMs: number, slow = 0, member = 'm1') =>
  Array.from({ length: 200 }, (_, nth) =>
    put('k', fromMs + nth, {
      at: fromMs + nth * 10,
      tookMs: nth < slow ? tookMs + 500 : tookMs,
      member,
    }),
  );
const judged = (...operations: ReturnType<typeof answers>) =>
  assertion.judge(runOf({ events: [spared], operations }));

test('held where the others answer about as before, whatever the member itself does', () => {
  const own = answers(5000, 2000, 0, 'm3');
  expect(judged(...answers(1000, 5), ...answers(5000, 80, 2), ...own)).toMatchObject({
    status: 'held',
    summary:
      "the others' answers took 80 ms (99th percentile) while m3 was at it, 5 ms before (bound: 100 ms more)",
    measurements: [
      { name: 'others.before', value: 5 },
      { name: 'others.during', value: 80, bound: 105 },
    ],
  });
});

test('rejects others that became slow, but not what was slow outside of the times', () => {
  expect(judged(...answers(1000, 5), ...answers(5000, 5, 3))).toMatchObject({
    status: 'violated',
    violations: [{ moments: [{ t: 5000, member: 'm3', text: 'the others slow down' }] }],
  });
  const between = answers(3000, 900);
  expect(judged(...answers(1000, 5), ...between, ...answers(5000, 5)).status).toBe('held');
});

test.each(['unknown', 'failed'] as const)('rejects calls of others that end %s, late', (status) => {
  const slow = Array.from({ length: 100 }, (_, nth) =>
    notOk(status, { kind: 'put', key: 'k', value: 'v' }, { at: 5000 + nth, tookMs: 7000 }),
  );
  expect(judged(...answers(1000, 5), ...answers(5000, 5), ...slow)).toMatchObject({
    status: 'violated',
    summary:
      "the others' answers took 7 s (99th percentile) while m3 was at it, 5 ms before (bound: 100 ms more)",
  });
});

test('cannot tell without times, nor by a few answers', () => {
  expect(assertion.judge(runOf({}))).toMatchObject({
    status: 'inconclusive',
    summary: 'the timeline named no times to compare',
  });
  const unsent = Array.from({ length: 200 }, (_, nth) =>
    notOk('never-sent', { kind: 'put', key: 'k', value: 'v' }, { at: 5000 + nth }),
  );
  expect(judged(...answers(1000, 5), ...unsent)).toMatchObject({
    status: 'inconclusive',
    summary: 'the others answered only 0 times while m3 was at it at 5 s, fewer than 100',
  });
});
