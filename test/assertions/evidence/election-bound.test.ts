import { expect, test } from 'vitest';
import { electionBound } from '../../../src/assertions/evidence/election-bound.ts';
import type { JournalEvent } from '../../../src/journal/events.ts';
import { runOf } from '../../fixtures/run-builder.ts';

const timeouts = { electionMs: 1000, heartbeatMs: 100 };

function bound(etcd: string, spec: object = timeouts) {
  const run = runOf({ events: [] });
  const events = run.events.map((event): JournalEvent =>
    event.type === 'run.started'
      ? { ...event, spec: { ...spec }, versions: { ...event.versions, etcd } }
      : event,
  );
  return electionBound({ ...run, events });
}

test('two rounds of campaigns where candidates ask before they raise the term', () => {
  expect(bound('3.7.3')).toEqual({
    boundMs: 4200,
    formula: '4 × election timeout of 1 s + 2 × heartbeat of 100 ms',
  });
  expect(bound('3.5.16')?.boundMs).toBe(4200);
  expect(bound('3.4.23', { ...timeouts, preVote: true })?.boundMs).toBe(4200);
});

test('four rounds without pre-vote: by version, in a mixed cluster, or switched off', () => {
  const formula = '8 × election timeout of 1 s + 2 × heartbeat of 100 ms, without pre-vote';
  expect(bound('3.4.23')).toEqual({ boundMs: 8200, formula });
  expect(bound('3.3.25')?.boundMs).toBe(8200);
  expect(bound('3.5.16, 3.4.23')?.boundMs).toBe(8200);
  expect(bound('3.7.3', { ...timeouts, preVote: false })?.boundMs).toBe(8200);
});

test('none where the run does not say its timeouts', () => {
  expect(bound('3.7.3', {})).toBeUndefined();
});
