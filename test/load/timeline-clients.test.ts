import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeVersions } from '../../src/actions/write-versions.ts';
import { openClient, type EtcdClient } from '../../src/etcd/client.ts';
import { keepLeases } from '../../src/load/kept-leases.ts';
import { recordedClient } from '../../src/load/recorded-client.ts';
import { openWatchStream } from '../../src/load/watch-stream.ts';
import { memorySink } from '../fixtures/memory-sink.ts';
import { startSingleEtcd, type SingleEtcd } from '../fixtures/single-etcd.ts';

let etcd: SingleEtcd;
let wire: EtcdClient;
beforeAll(async () => {
  etcd = await startSingleEtcd();
  wire = openClient({ member: 'm1', address: etcd.address });
}, 60_000);
afterAll(async () => {
  await wire[Symbol.asyncDispose]();
  await etcd[Symbol.asyncDispose]();
});

const nowMs = () => performance.now();
const recorded = (client = wire) => {
  const sink = memorySink();
  return { sink, client: recordedClient(client, { nowMs, sink }) };
};

describe('a recorded client', () => {
  test('records what it did, each under a process of its own, and gives what was answered', async () => {
    const { sink, client } = recorded();
    const put = await client.must({ kind: 'put', key: 'r/a', value: '1' });
    const read = await client.must({ kind: 'range', key: 'r/a' });
    expect(read.kvs).toMatchObject([{ value: '1', modRevision: put.revision }]);
    expect(sink.operations.map(({ request, member }) => [request.kind, member])).toEqual([
      ['put', 'm1'],
      ['range', 'm1'],
    ]);
    const [first, second] = sink.operations.map(({ client: process }) => process);
    expect(first).toBeGreaterThanOrEqual(3_000_000);
    expect(second).not.toBe(first);
  });

  test('what must succeed and does not ends the run inconclusive, and is recorded all the same', async () => {
    const { sink, client } = recorded();
    await expect(client.must({ kind: 'range', key: 'r/a', revision: 1e9 })).rejects.toMatchObject({
      message:
        'The drill could not go on: m1 answered a range of "r/a" with "etcdserver: mvcc: required revision is a future revision". ' +
        'Is the machine overloaded? Compare `drill doctor`.',
      code: 2,
    });
    await expect(client.must({ kind: 'lease-revoke', lease: '7' })).rejects.toThrow(
      'The drill could not go on: m1 answered a lease-revoke with "etcdserver: requested lease not found".',
    );
    expect(sink.operations.map(({ outcome }) => outcome.status)).toEqual(['failed', 'failed']);
  });

  test('a compaction is answered when what it removes is gone', async () => {
    const { client } = recorded();
    const { revision } = await client.must({ kind: 'put', key: 'r/a', value: '2' });
    await client.must({ kind: 'compact', revision });
    expect(
      await client.perform({ kind: 'range', key: 'r/a', revision: revision - 1 }),
    ).toMatchObject({
      status: 'failed',
      error: { code: 11, message: 'etcdserver: mvcc: required revision has been compacted' },
    });
  });

  test('puts many values, each its own', async () => {
    const { sink, client } = recorded();
    const flood = { prefix: 'many/', keys: 500, valueBytes: 32, atATime: 64 };
    await writeVersions(client, { ...flood, totalBytes: 1200 * flood.valueBytes });
    const values = sink.operations.flatMap(({ request }) =>
      request.kind === 'put' ? [request.value] : [],
    );
    expect(new Set(values).size).toBe(1200);
    const { count } = await client.must({ kind: 'range', key: 'many/', end: 'many/~', limit: 1 });
    expect(count).toBe(500);
  });
});

const open = (request: Parameters<typeof openWatchStream>[1], client = wire) => {
  const sink = memorySink();
  return { sink, stream: openWatchStream(client, request, { nowMs, sink, label: 'test' }) };
};

describe('a watch stream', () => {
  test('tells what it was sent, records it, and takes further watches', async () => {
    const { sink, stream } = open({ key: 's/', end: 's/~' });
    const { sink: other, stream: second } = open({ key: 's/', end: 's/~' });
    expect(second.name).not.toBe(stream.name);
    second[Symbol.dispose]();
    await stream.created({ withinMs: 5000 });
    expect(stream.seenRevision()).toBe(0);
    stream.add({ key: 't' });
    const { revision } = await recorded().client.must({ kind: 'put', key: 's/1', value: 'v' });
    await stream.reaches(revision, { withinMs: 5000 });
    expect(stream.seenRevision()).toBe(revision);
    expect(stream.headerRevision()).toBeGreaterThanOrEqual(revision);
    // The second watch may be answered after what the first one was sent.
    const kinds = () => sink.watches.map(({ kind }) => kind).toSorted();
    await expect.poll(kinds, { timeout: 5000 }).toEqual(['created', 'created', 'events']);
    stream[Symbol.dispose]();
    expect(sink.watches.every((record) => record.stream === stream.name)).toBe(true);
    expect(other.operations).toEqual([]);
  });

  test('an event that does not come in time ends the run inconclusive', async () => {
    const { stream } = open({ key: 'nothing' });
    await expect(stream.reaches(9, { withinMs: 100 })).rejects.toMatchObject({
      message: `An event of revision 9 on the watch ${stream.name} at m1 did not come within 100 ms`,
      code: 2,
    });
    stream[Symbol.dispose]();
  });

  test('one that was canceled is not waited for', async () => {
    const { client } = recorded();
    const { revision } = await client.must({ kind: 'put', key: 's/2', value: 'v' });
    await client.must({ kind: 'compact', revision });
    const { stream } = open({ key: 's/', startRevision: revision - 1 });
    const message = `An event of revision 9 on the watch ${stream.name} at m1 cannot come any more: the stream is gone (`;
    await expect(stream.reaches(9, { withinMs: 5000 })).rejects.toThrow(message);
  });

  test('nor one that never came about', async () => {
    await using nobody = openClient({ member: 'nobody', address: '127.0.0.1:1' });
    const { stream } = open({ key: 's/' }, nobody);
    await expect(stream.created({ withinMs: 5000 })).rejects.toThrow(
      /^The watch test-\d+ at nobody cannot come any more: the stream is gone \(/,
    );
  });
});

describe('kept leases', () => {
  test('outlive their time, and their keys with them; left alone, they lapse', async () => {
    const { client } = recorded();
    const range = { kind: 'range', key: 'kept/', end: 'kept/~' } as const;
    const options = { count: 5, ttlSeconds: 2, prefix: 'kept/', nowMs };
    const kept = await keepLeases([client], options);
    await pause(4500);
    expect(kept.renewedSince(nowMs() - 2000)).toBe(5);
    expect(kept.gone()).toBe(0);
    expect((await client.must(range)).count).toBe(5);
    await kept[Symbol.asyncDispose]();
    const endedMs = nowMs();
    expect(kept.renewedSince(endedMs)).toBe(0);
    await pause(4500);
    expect((await client.must(range)).count).toBe(0);
  }, 30_000);

  test('one that etcd ended is counted, and asked for no more', async () => {
    const { sink, client } = recorded();
    await using kept = await keepLeases([client], {
      count: 3,
      ttlSeconds: 2,
      prefix: 'gone/',
      nowMs,
    });
    const [grant] = sink.operations.flatMap(({ outcome }) =>
      outcome.status === 'ok' && outcome.result.kind === 'lease-grant' ? [outcome.result] : [],
    );
    await client.must({ kind: 'lease-revoke', lease: grant?.lease ?? '' });
    const sinceMs = nowMs();
    const found = () => [kept.gone(), kept.renewedSince(sinceMs)];
    await expect.poll(found, { timeout: 10_000 }).toEqual([1, 2]);
  }, 30_000);

  test('without a member to ask there is an error, and a grant that fails is one', async () => {
    const options = { count: 1, ttlSeconds: 2, prefix: 'x/', nowMs };
    await expect(keepLeases([], options)).rejects.toThrow('through one member at least');
    const { client } = recorded();
    await expect(keepLeases([client], { ...options, ttlSeconds: 10 ** 10 })).rejects.toThrow(
      'The drill could not go on: m1 answered a lease-grant with "etcdserver: too large lease TTL".',
    );
  });
});
