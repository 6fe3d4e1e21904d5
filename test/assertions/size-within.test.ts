import { expect, test } from 'vitest';
import { sizeWithin } from '../../src/assertions/size-within.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { runOf } from '../fixtures/run-builder.ts';

const mebibyte = 1024 ** 2;
const { judge } = sizeWithin({ bytes: 20 * mebibyte });

const size = (member: string, t: number, mebibytes: number): JournalEvent => ({
  type: 'metrics',
  t,
  member,
  values: { etcd_mvcc_db_total_size_in_bytes: mebibytes * mebibyte },
});
const written = (mebibytes: number): JournalEvent => ({
  type: 'observation',
  t: 9000,
  name: 'written',
  data: { bytes: mebibytes * mebibyte, puts: 1 },
});

test('held: more was written than there is room for', () => {
  const events = [size('m1', 1000, 5), size('m2', 1000, 12), size('m3', 2000, 8), written(40)];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'held',
    summary:
      '40.0 MiB of values were written, and no database of 3 members had more than 12.0 MiB (bound 20.0 MiB)',
    measurements: [{ name: 'db.largest', value: 12 * mebibyte, bound: 20 * mebibyte }],
  });
});

test('rejects a database that grew over the bound, though it shrank again', () => {
  const events = [size('m2', 1000, 21), size('m2', 2000, 3), written(40)];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'violated',
    summary: 'the database of m2 had 21.0 MiB at 1 s (bound 20.0 MiB)',
    violations: [{ moments: [{ t: 1000, member: 'm2', text: '21.0 MiB' }] }],
  });
});

test('cannot tell where little was written, nor where a member told no size', () => {
  const told = ['m1', 'm2', 'm3'].map((member) => size(member, 1000, 5));
  expect(judge(runOf({ events: [...told, written(20)] }))).toMatchObject({
    status: 'inconclusive',
    summary: 'only 20.0 MiB were written, which fit below the bound anyway',
  });
  expect(judge(runOf({ events: [written(40)] }))).toMatchObject({
    status: 'inconclusive',
    summary: 'm1, m2 and m3 never told the size of the database',
  });
  expect(judge(runOf({ events: [size('m1', 1000, 5), written(40)] }))).toMatchObject({
    status: 'inconclusive',
    summary: 'm2 and m3 never told the size of the database',
  });
});
