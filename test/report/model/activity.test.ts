import { describe, expect, test } from 'vitest';
import type { Operation, Outcome } from '../../../src/history/operation.ts';
import type { JournalEvent } from '../../../src/journal/events.ts';
import { activityOf } from '../../../src/report/model/activity.ts';
import { inMemoryHistory, partitionRun } from '../../fixtures/recorded-run.ts';

const ok: Outcome = { status: 'ok', result: { kind: 'put', revision: 2 } };
const unknown: Outcome = { status: 'unknown', error: { code: 14, message: 'request timed out' } };
const neverSent: Outcome = { status: 'never-sent', error: { code: -1, message: 'refused' } };

function put(returnedMs: number, outcome: Outcome, tookMs = 1): Operation {
  const request = { kind: 'put', key: 'k', value: 'v' } as const;
  return { client: 0, member: 'm1', invokedMs: returnedMs - tookMs, returnedMs, request, outcome };
}

function activity(operations: Operation[], events: JournalEvent[] = []) {
  return activityOf({ events, history: inMemoryHistory(operations) }, 1000);
}

function load(startMs: number, endMs: number): JournalEvent[] {
  return [
    { type: 'load.started', t: startMs, clients: 1, description: '' },
    { type: 'load.ended', t: endMs, counts: {} },
  ];
}

describe('activityOf', () => {
  test('counts every operation once, in total, per member and per bucket', () => {
    const run = partitionRun();
    const { total, members, buckets } = activityOf(run, 22_000);
    expect(total.ok + total.unknown + total.failed).toBe(run.history.operationCount);
    for (const kind of ['ok', 'unknown', 'failed'] as const) {
      const inBuckets = buckets.reduce((sum, bucket) => sum + bucket[kind], 0);
      const atMembers = members.reduce((sum, member) => sum + member.total[kind], 0);
      expect([inBuckets, atMembers]).toEqual([total[kind], total[kind]]);
    }
    expect(members.map(({ member }) => member)).toEqual(['m1', 'm2', 'm3']);
  });

  test('takes an operation that was never sent for failed, and unknown for neither', () => {
    expect(activity([put(10, ok), put(20, unknown), put(30, neverSent)]).total).toEqual({
      ok: 1,
      unknown: 1,
      failed: 1,
    });
  });

  test('reads quantiles to 1% and ignores how long failures took', () => {
    const operations = Array.from({ length: 100 }, (_, index) => put(500, ok, index + 1));
    const { latency } = activity([...operations, put(900, unknown, 800)]);
    expect(latency?.count).toBe(100);
    expect(latency?.p50Ms).toBeGreaterThan(49.5);
    expect(latency?.p50Ms).toBeLessThan(50.5);
    expect(latency?.p99Ms).toBeGreaterThan(98);
    expect(latency?.maxMs).toBe(100);
  });

  test('groups errors by outcome and message, most frequent first', () => {
    const { errors } = activity([put(10, neverSent), put(20, unknown), put(30, unknown)]);
    expect(
      errors.map(({ status, message, count, firstMs, lastMs }) => ({
        status,
        message,
        count,
        firstMs,
        lastMs,
      })),
    ).toEqual([
      { status: 'unknown', message: 'request timed out', count: 2, firstMs: 20, lastMs: 30 },
      { status: 'never-sent', message: 'refused', count: 1, firstMs: 10, lastMs: 10 },
    ]);
  });

  test('counts messages together beyond the first forty', () => {
    const operations = Array.from({ length: 60 }, (_, index) =>
      put(index + 1, { status: 'failed', error: { code: 1, message: `error ${index}` } }),
    );
    const { errors } = activity(operations);
    expect(errors).toHaveLength(41);
    expect(errors[0]).toMatchObject({ message: 'other messages', count: 20 });
  });
});

describe('the longest write gap', () => {
  test('is the longest time between acknowledged writes', () => {
    const operations = [100, 200, 600, 900].map((t) => put(t, ok));
    expect(activity(operations, load(0, 1000)).longestWriteGap).toEqual({
      startMs: 200,
      endMs: 600,
    });
  });

  test('does not count the pause between two loads', () => {
    const operations = [10, 100, 800, 890].map((t) => put(t, ok));
    const { longestWriteGap } = activity(operations, [...load(0, 110), ...load(790, 900)]);
    expect(longestWriteGap).toEqual({ startMs: 10, endMs: 100 });
  });

  test('reaches to the end of a load that was never acknowledged again', () => {
    const operations = [put(100, ok), put(900, unknown)];
    expect(activity(operations, load(0, 1000)).longestWriteGap).toEqual({
      startMs: 100,
      endMs: 900,
    });
  });

  test('does not reach beyond what clients sent, however long their last answers take', () => {
    const operations = [put(100, ok), put(400, ok), put(3400, unknown)];
    const events: JournalEvent[] = [
      { type: 'load.started', t: 0, clients: 1, description: '' },
      { type: 'load.ended', t: 3400, sentUntilMs: 450, counts: {} },
    ];
    expect(activity(operations, events).longestWriteGap).toEqual({ startMs: 100, endMs: 400 });
  });

  test('is not ended by a read or by a transaction that only read', () => {
    const read: Operation = {
      ...put(500, ok),
      request: {
        kind: 'txn',
        compare: [],
        success: [{ kind: 'put', key: 'k', value: 'v' }],
        failure: [],
      },
      outcome: {
        status: 'ok',
        result: { kind: 'txn', revision: 2, succeeded: false, results: [] },
      },
    };
    const { longestWriteGap, acknowledgedWrites } = activity(
      [put(100, ok), read, put(900, ok)],
      load(0, 1000),
    );
    expect(longestWriteGap).toEqual({ startMs: 100, endMs: 900 });
    expect(acknowledgedWrites).toBe(2);
  });

  test('is unknown without a load', () => {
    expect(activity([put(100, ok)]).longestWriteGap).toBeNull();
  });
});
