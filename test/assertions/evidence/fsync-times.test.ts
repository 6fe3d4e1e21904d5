import { expect, test } from 'vitest';
import { fsyncTimes } from '../../../src/assertions/evidence/fsync-times.ts';
import type { JournalEvent } from '../../../src/journal/events.ts';
import { runOf } from '../../fixtures/run-builder.ts';

const bucket = (le: string): string => `etcd_disk_wal_fsync_duration_seconds_bucket{le="${le}"}`;

/** So many syncs within 1 ms, within 2 ms, and in all. */
const sample = (t: number, oneMs: number, twoMs: number, all: number): JournalEvent => ({
  type: 'metrics',
  t,
  member: 'm1',
  values: { [bucket('0.001')]: oneMs, [bucket('0.002')]: twoMs, [bucket('+Inf')]: all },
});

test.each([
  ['fewer', 1200],
  ['more', 1000],
])(
  'what a member started anew has counted is all its own, if it is %s than before',
  (_, before) => {
    const run = runOf({ events: [sample(1000, 0, 1000, before), sample(5000, 900, 1100, 1101)] });
    expect(fsyncTimes(run, 'm1', { fromMs: 0, toMs: 6000 })).toEqual({
      syncs: 1101,
      p99Ms: expect.closeTo(1 + (1101 * 0.99 - 900) / 200, 6) as number,
    });
  },
);

test('what it has counted before is not, where it went on', () => {
  const run = runOf({ events: [sample(1000, 100, 1000, 1000), sample(5000, 200, 1100, 1100)] });
  expect(fsyncTimes(run, 'm1', { fromMs: 0, toMs: 6000 })).toMatchObject({ syncs: 100 });
});
