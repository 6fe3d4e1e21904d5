import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openClient, type EtcdClient } from '../../src/etcd/client.ts';
import type { WatchEnd, WatchHandle } from '../../src/etcd/watch.ts';
import type { Request, WatchRecord, WatchRequest } from '../../src/history/operation.ts';
import { startSingleEtcd, type SingleEtcd } from '../fixtures/single-etcd.ts';

let etcd: SingleEtcd;
let client: EtcdClient;
beforeAll(async () => {
  etcd = await startSingleEtcd();
  client = openClient({ member: 'm1', address: etcd.address });
}, 60_000);
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await etcd[Symbol.asyncDispose]();
});

async function revisionOf(request: Request): Promise<number> {
  const outcome = await client.perform(request, { deadlineMs: 5000 });
  if (outcome.status !== 'ok') throw new Error(outcome.error.message);
  return outcome.result.revision;
}
const put = (key: string, value: string) => revisionOf({ kind: 'put', key, value });

function watch(request: WatchRequest): {
  records: WatchRecord[];
  ends: WatchEnd[];
  handle: WatchHandle;
} {
  const records: WatchRecord[] = [];
  const ends: WatchEnd[] = [];
  const handle = client.watch(request, {
    stream: 's1',
    nowMs: () => 7,
    onRecord: (record) => records.push(record),
    onEnd: (end) => ends.push(end),
  });
  return { records, ends, handle };
}

const until = (assertion: () => void) => vi.waitFor(assertion, { timeout: 5000, interval: 10 });

test('creation, events with what they replaced, and progress are recorded as they came', async () => {
  const request = { key: 'w', prevKv: true };
  const { records, handle } = watch(request);
  await until(() => expect(records).toHaveLength(1));
  const at = { stream: 's1', member: 'm1', receivedMs: 7, watchId: '0' };
  const first = await put('w', '1');
  await put('elsewhere', '');
  const second = await revisionOf({ kind: 'delete', key: 'w' });
  await until(() => expect(records).toHaveLength(3));
  const kv = { key: 'w', value: '1', createRevision: first, modRevision: first, version: 1 };
  expect(records).toEqual([
    { ...at, kind: 'created', revision: first - 1, request, events: [] },
    { ...at, kind: 'events', revision: first, events: [{ type: 'put', kv }] },
    {
      ...at,
      kind: 'events',
      revision: second,
      events: [{ type: 'delete', key: 'w', modRevision: second, prev: kv }],
    },
  ]);
  await until(() => {
    handle.progress();
    expect(records.at(-1)).toMatchObject({ kind: 'progress', watchId: '-1', revision: second });
  });
  expect(await handle.alive(1000)).toBe(true);
  handle.close();
});

test('history is replayed from the start asked for', async () => {
  const start = await put('replay', '1');
  await put('replay', '2');
  const { records, handle } = watch({ key: 'replay', startRevision: start });
  await until(() => {
    const values = records.flatMap(({ events }) =>
      events.map((event) => (event.type === 'put' ? event.kv.value : event.type)),
    );
    expect(values).toEqual(['1', '2']);
  });
  handle.close();
});

test('a compacted start is canceled with the revision that is left', async () => {
  const revision = await put('compacted', '1');
  await revisionOf({ kind: 'compact', revision });
  const { records, handle } = watch({ key: 'compacted', startRevision: 1 });
  await until(() => expect(records).toHaveLength(2));
  expect(records[1]).toMatchObject({ kind: 'canceled', compactRevision: revision, events: [] });
  handle.close();
});

test('many watches share a stream, each created for its own request, and one can be taken off', async () => {
  const { records, handle } = watch({ key: 'many/a' });
  handle.add({ key: 'many/b' });
  handle.add({ key: 'many/', end: 'many0' });
  await until(() => expect(records).toHaveLength(3));
  expect(records.map(({ watchId, request }) => [watchId, request?.key])).toEqual([
    ['0', 'many/a'],
    ['1', 'many/b'],
    ['2', 'many/'],
  ]);
  await put('many/b', '1');
  await until(() => expect(records).toHaveLength(5));
  expect(
    records
      .slice(3)
      .map(({ watchId }) => watchId)
      .toSorted(),
  ).toEqual(['1', '2']);
  handle.cancel('2');
  await until(() => expect(records.at(-1)).toMatchObject({ kind: 'canceled', watchId: '2' }));
  handle.close();
});

test('a transaction of large values arrives in fragments when asked', async () => {
  const value = 'x'.repeat(400_000);
  const { records, handle } = watch({ key: 'f/', end: 'f0', fragment: true });
  await until(() => expect(records).toHaveLength(1));
  const keys = ['f/1', 'f/2', 'f/3'];
  const success = keys.map((key) => ({ kind: 'put', key, value }) as const);
  await revisionOf({ kind: 'txn', compare: [], success, failure: [] });
  await until(() => expect(records.flatMap(({ events }) => events)).toHaveLength(3));
  expect(records.every(({ kind }) => kind === 'created' || kind === 'events')).toBe(true);
  handle.close();
});

test('a member that is killed ends the stream once, with the reason', async () => {
  await using victim = await startSingleEtcd();
  await using other = openClient({ member: 'm2', address: victim.address });
  const ends: WatchEnd[] = [];
  const records: WatchRecord[] = [];
  const handle = other.watch(
    { key: 'k' },
    {
      stream: 's',
      nowMs: () => 0,
      onRecord: (r) => records.push(r),
      onEnd: (end) => ends.push(end),
    },
  );
  await until(() => expect(records).toHaveLength(1));
  await victim.kill();
  await until(() => expect(ends).toHaveLength(1));
  expect(ends[0]).toMatchObject({ kind: 'lost' });
  expect(await handle.alive(100)).toBe(false);
}, 60_000);
