import { expect, test } from 'vitest';
import { fsyncSpared } from '../../src/assertions/fsync-spared.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { faultEvents, runOf } from '../fixtures/run-builder.ts';

const bucket = (le: string): string => `etcd_disk_wal_fsync_duration_seconds_bucket{le="${le}"}`;

/** What m1 counted until `t`: syncs of under 4 ms, of 128 to 256 ms, of 1 to 2 s. */
const sample = (t: number, fast: number, slow: number, slowest: number): JournalEvent => ({
  type: 'metrics',
  t,
  member: 'm1',
  values: {
    [bucket('0.004')]: fast,
    [bucket('0.128')]: fast,
    [bucket('0.256')]: fast + slow,
    [bucket('1.024')]: fast + slow,
    [bucket('2.048')]: fast + slow + slowest,
    [bucket('+Inf')]: fast + slow + slowest,
  },
});

const noise = (fault: string, injectedMs: number, target = 'm1', name = 'disk-noisy') =>
  faultEvents({
    id: fault,
    title: `noise ${fault}`,
    injectedMs,
    healingMs: injectedMs + 10_000,
  }).map((event) =>
    event.type === 'fault.injecting' ? { ...event, name, targets: [target] } : event,
  );

const judge = (events: readonly JournalEvent[]) =>
  fsyncSpared({ fault: 'disk-noisy', times: 5 }).judge(runOf({ events }));

const two = [...noise('f1', 10_000), ...noise('f2', 30_000)];
const quiet = [sample(1000, 0, 0, 0), sample(9000, 100, 0, 0)];

test('held: beside the log syncs are quicker by more than was asked for', () => {
  const verdict = judge([
    ...two,
    ...quiet,
    sample(11_000, 100, 0, 0),
    sample(19_000, 200, 10, 0),
    sample(31_000, 200, 10, 0),
    sample(39_000, 200, 10, 10),
  ]);
  expect(verdict).toMatchObject({
    status: 'held',
    summary:
      'm1 synced its log within 242 ms at p99 with "noise f1", and within 2.04 s with "noise f2": 8.4 times as long (5 times or more asked for; 4 ms in quiet)',
    counts: { syncsBeside: 110, syncsOn: 10 },
  });
  expect(verdict.measurements.map(({ name, value }) => [name, Math.round(value)])).toEqual([
    ['fsync.p99.m1.before', 4],
    ['fsync.p99.m1.beside', 242],
    ['fsync.p99.m1.on', 2038],
  ]);
});

test('violated: the neighbours are felt as much beside the log as on its disk', () => {
  expect(
    judge([
      ...two,
      sample(11_000, 0, 0, 0),
      sample(19_000, 0, 0, 10),
      sample(31_000, 0, 0, 10),
      sample(39_000, 0, 0, 20),
    ]),
  ).toMatchObject({
    status: 'violated',
    summary:
      'm1 synced its log within 2.04 s at p99 with "noise f1", and within 2.04 s with "noise f2": 1.0 times as long (5 times or more asked for)',
  });
});

test('inconclusive: no sync is known of under one of them, or one did not bite', () => {
  const spared = [...quiet, sample(11_000, 100, 0, 0), sample(19_000, 200, 0, 0)];
  expect(judge([...two, ...spared])).toMatchObject({
    status: 'inconclusive',
    summary: 'm1 told of no syncs of its log under one of them',
  });
  const unproved: JournalEvent = { type: 'fault.unproved', t: 35_000, fault: 'f2', reason: 'gone' };
  expect(judge([...two, ...spared, unproved])).toMatchObject({
    status: 'inconclusive',
    summary: '"noise f2" was not in place: gone',
  });
});

test('not exercised: fewer than two of that fault, or at different members', () => {
  expect(judge([...noise('f1', 10_000), ...noise('f2', 30_000, 'm1', 'delay')])).toMatchObject({
    status: 'not-exercised',
    summary: 'no two faults `disk-noisy` were injected to be compared',
  });
  expect(judge([...noise('f1', 10_000), ...noise('f2', 30_000, 'm2')])).toMatchObject({
    status: 'not-exercised',
    summary: 'the faults `disk-noisy` were not at the same member',
  });
});
