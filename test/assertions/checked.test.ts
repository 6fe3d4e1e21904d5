import { describe, expect, test } from 'vitest';
import { generalAssertions } from '../../src/assertions/registry.ts';
import { kvLinearizable } from '../../src/assertions/kv.linearizable.ts';
import { watchReliable } from '../../src/assertions/watch.reliable.ts';
import { watchAheadOfRead } from '../../src/assertions/watch.ahead-of-read.ts';
import type { History } from '../../src/history/history.ts';
import type { Operation, WatchRecord } from '../../src/history/operation.ts';
import { propertyNames } from '../../src/checker/result.ts';
import type { RecordedRun } from '../../src/journal/recorded-run.ts';

const put = (client: number, value: string, revision: number, at: number): Operation => ({
  client,
  member: 'm1',
  invokedMs: at,
  returnedMs: at + 5,
  request: { kind: 'put', key: 'x', value },
  outcome: { status: 'ok', result: { kind: 'put', revision } },
});
const read = (
  client: number,
  value: string,
  mod: number,
  revision: number,
  at: number,
): Operation => ({
  client,
  member: 'm2',
  invokedMs: at,
  returnedMs: at + 5,
  request: { kind: 'range', key: 'x' },
  outcome: {
    status: 'ok',
    result: {
      kind: 'range',
      revision,
      count: 1,
      kvs: [{ key: 'x', value, createRevision: 2, modRevision: mod, version: mod - 1 }],
    },
  },
});
const event = (value: string, revision: number): WatchRecord['events'][number] => ({
  type: 'put',
  kv: { key: 'x', value, createRevision: 2, modRevision: revision, version: revision - 1 },
});
const watched = (...events: WatchRecord['events'][number][]): WatchRecord[] => [
  {
    stream: 'm1#1',
    member: 'm1',
    receivedMs: 0,
    kind: 'created',
    request: { key: '\0', end: '\0', startRevision: 1 },
    watchId: '0',
    revision: 1,
    events: [],
  },
  ...events.map((one, index): WatchRecord => ({
    stream: 'm1#1',
    member: 'm1',
    receivedMs: 10 + index,
    kind: 'events',
    watchId: '0',
    revision: one.type === 'put' ? one.kv.modRevision : one.modRevision,
    events: [one],
  })),
];
const runOf = (operations: Operation[], watchRecords: WatchRecord[]): RecordedRun => {
  const history: History = {
    operationCount: operations.length,
    watchRecordCount: watchRecords.length,
    operations: () => operations,
    watchRecords: () => watchRecords,
  };
  return { events: [], history };
};

const writes = [put(1, '41', 2, 0), put(2, '42', 3, 10), put(1, '43', 4, 20)];
const all = watched(event('41', 2), event('42', 3), event('43', 4));

describe('a property of the checker as a verdict', () => {
  test('held, with what was looked at', () => {
    const verdict = kvLinearizable().judge(runOf([...writes, read(3, '43', 4, 4, 60)], all));
    expect(verdict).toMatchObject({ status: 'held', assertion: 'kv.linearizable' });
    expect(verdict.summary).toMatch(/^4 operations, .*: no violation in the observed history$/);
  });

  test('violated, in words, with the operations that prove it', () => {
    const verdict = kvLinearizable().judge(runOf([...writes, read(3, '42', 3, 3, 60)], all));
    expect(verdict.status).toBe('violated');
    if (verdict.status !== 'violated') return;
    expect(verdict.violations[0]).toEqual({
      message:
        'stale-read: client 3 read x=42 at revision 3, after client 1 had been told x=43 was written at revision 4, 35 ms earlier',
      operations: [2, 3],
      moments: [{ t: 65, text: 'stale read noticed' }],
    });
  });

  test('inconclusive where the history was cut off: what is missing could explain what is seen', () => {
    const run = runOf([...writes, read(3, '42', 3, 3, 60)], all);
    const cutOff = { ...run, history: { ...run.history, cut: 'The history has no end.' } };
    expect(kvLinearizable().judge(cutOff)).toMatchObject({
      status: 'inconclusive',
      summary: 'The history has no end.',
    });
  });

  test('violated where a watch lost an event that its stream went past', () => {
    const lost = watched(event('41', 2), event('43', 4));
    expect(watchReliable().judge(runOf(writes, lost)).status).toBe('violated');
  });

  test('not exercised without anything that could break it', () => {
    expect(watchReliable().judge(runOf(writes, []))).toMatchObject({ status: 'not-exercised' });
  });

  test('advice is no violation: etcd does not promise it', () => {
    const ahead = [...all.slice(0, 3), { ...all[3], receivedMs: 25 } as WatchRecord];
    const verdict = watchAheadOfRead().judge(runOf([...writes, read(3, '42', 3, 3, 60)], ahead));
    expect(verdict.status).toBe('held');
    expect(verdict.summary).toContain('though etcd does not promise otherwise');
  });
});

test('every property of the checker is judged by default', () => {
  const names = generalAssertions.map((make) => make().name);
  expect(propertyNames.filter((name) => !names.includes(name))).toEqual([]);
});
