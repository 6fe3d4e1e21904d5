import { describe, expect, test } from 'vitest';
import { fsyncWithin } from '../../src/assertions/fsync-within.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { faultEvents, runOf } from '../fixtures/run-builder.ts';

const bucket = (le: string): string => `etcd_disk_wal_fsync_duration_seconds_bucket{le="${le}"}`;

/** A sample in which `slow` of all syncs took between 128 and 256 ms, the rest under 4 ms. */
const sample = (member: string, t: number, fast: number, slow: number): JournalEvent => ({
  type: 'metrics',
  t,
  member,
  values: {
    [bucket('0.004')]: fast,
    [bucket('0.128')]: fast,
    [bucket('0.256')]: fast + slow,
    [bucket('+Inf')]: fast + slow,
  },
});

/** Samples around a fault from 10 s to 20 s on `targets`; the `slow` members sync slowly under it. */
const events = (targets: string[], slow: string[]): JournalEvent[] => [
  ...faultEvents({ title: 'slow', injectedMs: 10_000, healingMs: 20_000 }).map((event) =>
    event.type === 'fault.injecting' ? { ...event, targets } : event,
  ),
  ...['m1', 'm2', 'm3'].flatMap((member) => [
    sample(member, 1000, 0, 0),
    sample(member, 9000, 1000, 0),
    sample(member, 11_000, 1000, 0),
    sample(member, 19_000, 1000, slow.includes(member) ? 100 : 0),
    // After the fault, which must not count.
    sample(member, 30_000, 9000, 900),
    ...(slow.includes(member) ? [] : [sample(member, 18_900, 2000, 0), sample(member, 19_001, 2000, 0)]), // prettier-ignore
  ]),
];

const judge = (of: 'quorum' | 'targets', recorded: JournalEvent[]) =>
  fsyncWithin({ p99: '100ms', of }).judge(runOf({ events: recorded }));

describe('of a quorum', () => {
  test('held: one of three is slow, and a majority is not', () => {
    const verdict = judge('quorum', events(['m1'], ['m1']));
    expect(verdict).toMatchObject({
      status: 'held',
      summary:
        'under "slow" the slowest of the fastest majority, m3, synced its log within 4 ms at p99 (bound 100 ms)',
    });
    expect(verdict.measurements).toContainEqual({
      name: 'fsync.p99.m1',
      label: 'WAL sync p99 of m1 under the fault',
      value: 254.72,
      unit: 'ms',
    });
  });

  test('violated: two of three are slow', () => {
    expect(judge('quorum', events(['m1', 'm2'], ['m1', 'm2']))).toMatchObject({
      status: 'violated',
      summary:
        'under "slow" the slowest of the fastest majority, m1, synced its log within 255 ms at p99 (bound 100 ms)',
    });
  });
});

test('of targets: one that is slow violates, one that is not does not, whoever else is', () => {
  expect(judge('targets', events(['m1'], ['m1'])).status).toBe('violated');
  expect(judge('targets', events(['m2'], ['m1'])).status).toBe('held');
});

test('a sync that hangs through the whole fault is counted once it ends, and none of after it', () => {
  const stalled = [
    ...faultEvents({ title: 'stall', injectedMs: 10_000, healingMs: 20_000 }).map((event) =>
      event.type === 'fault.injecting' ? { ...event, targets: ['m1'] } : event,
    ),
    sample('m1', 9000, 1000, 0),
    sample('m1', 11_000, 1000, 0),
    sample('m1', 19_000, 1000, 0),
  ];
  expect(judge('targets', stalled)).toMatchObject({
    status: 'inconclusive',
    summary: 'too few members told of syncs of their logs under "stall"',
  });
  // Told of 100 ms after the fault, and longer than that: it was under way when the fault ended.
  expect(judge('targets', [...stalled, sample('m1', 20_100, 1000, 1)])).toMatchObject({
    status: 'violated',
    summary: 'under "stall" m1 synced its log within 255 ms at p99 (bound 100 ms)',
    counts: { syncs: 1 },
  });
  expect(judge('targets', [...stalled, sample('m1', 20_200, 1500, 1)])).toMatchObject({
    status: 'inconclusive',
  });
});

test('inconclusive: the members told nothing of their syncs', () => {
  expect(judge('quorum', faultEvents({ title: 'slow' }))).toMatchObject({
    status: 'inconclusive',
    summary: 'too few members told of syncs of their logs under "slow"',
  });
});

test('not exercised: no fault', () => {
  expect(judge('quorum', [])).toMatchObject({ status: 'not-exercised' });
});
