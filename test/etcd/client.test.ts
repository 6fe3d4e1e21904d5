import { Etcd3 } from 'etcd3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient, type EtcdClient } from '../../src/etcd/client.ts';
import type { Request, Result } from '../../src/history/operation.ts';
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

const perform = (request: Request) => client.perform(request, { deadlineMs: 5000 });

async function ok(request: Request): Promise<Result> {
  const outcome = await perform(request);
  if (outcome.status !== 'ok') throw new Error(`${request.kind}: ${outcome.error.message}`);
  return outcome.result;
}

describe('keys and values', () => {
  test('a put is read back with its revisions', async () => {
    const { revision } = await ok({ kind: 'put', key: 'kv/a', value: '1' });
    expect(await ok({ kind: 'range', key: 'kv/a' })).toEqual({
      kind: 'range',
      revision,
      count: 1,
      kvs: [
        { key: 'kv/a', value: '1', createRevision: revision, modRevision: revision, version: 1 },
      ],
    });
  });

  test('hostile text comes back as it was sent', async () => {
    const value = '\ufeff</script>\0\u001b[2J🜍';
    await ok({ kind: 'put', key: 'kv/\0\n', value });
    const read = await ok({ kind: 'range', key: 'kv/\0\n' });
    expect(read).toMatchObject({ kvs: [{ key: 'kv/\0\n', value }] });
  });

  test('a range ends before its end, stops at its limit and counts all', async () => {
    for (const name of ['a', 'b', 'c', 'd'])
      await ok({ kind: 'put', key: `r/${name}`, value: name });
    const read = await ok({ kind: 'range', key: 'r/a', end: 'r/d', limit: 2 });
    expect(read).toMatchObject({ count: 3, kvs: [{ key: 'r/a' }, { key: 'r/b' }] });
    const all = await ok({ kind: 'range', key: 'r/c', end: '\0' });
    expect(all).toMatchObject({ count: 2, kvs: [{ key: 'r/c' }, { key: 'r/d' }] });
  });

  test('a past revision shows what was, serializable or not', async () => {
    const first = await ok({ kind: 'put', key: 'past', value: 'old' });
    await ok({ kind: 'put', key: 'past', value: 'new' });
    for (const serializable of [false, true]) {
      const { revision } = first;
      const read = await ok({ kind: 'range', key: 'past', revision, serializable });
      expect(read).toMatchObject({ kvs: [{ value: 'old' }] });
    }
  });

  test('a delete tells how many keys it took', async () => {
    await ok({ kind: 'put', key: 'd/1', value: '' });
    await ok({ kind: 'put', key: 'd/2', value: '' });
    expect(await ok({ kind: 'delete', key: 'd/', end: 'd0' })).toMatchObject({ deleted: 2 });
    expect(await ok({ kind: 'delete', key: 'd/1' })).toMatchObject({ deleted: 0 });
  });
});

const swap = (from: string): Request => ({
  kind: 'txn',
  compare: [{ key: 't', target: 'value', is: '=', value: from }],
  success: [
    { kind: 'put', key: 't', value: '2' },
    { kind: 'delete', key: 't/none' },
  ],
  failure: [{ kind: 'range', key: 't' }],
});

describe('transactions', () => {
  test('the branch taken and each result come back', async () => {
    await ok({ kind: 'put', key: 't', value: '1' });
    const swapped = await ok(swap('1'));
    const { revision } = swapped;
    expect(swapped).toEqual({
      kind: 'txn',
      revision,
      succeeded: true,
      results: [
        { kind: 'put', revision },
        { kind: 'delete', revision, deleted: 0 },
      ],
    });
    const refused = await ok(swap('1'));
    expect(refused).toMatchObject({
      succeeded: false,
      results: [{ kind: 'range', count: 1, kvs: [{ value: '2', version: 2 }] }],
    });
  });

  test.each([
    ['version', '=', 1, true],
    ['version', '!=', 1, false],
    ['create', '>', 0, true],
    ['mod', '<', 1, false],
  ] as const)('compares %s %s %i: %s', async (target, is, value, succeeded) => {
    await ok({ kind: 'delete', key: 'c' });
    await ok({ kind: 'put', key: 'c', value: '' });
    const compare = [{ key: 'c', target, is, value }];
    const result = await ok({ kind: 'txn', compare, success: [], failure: [] });
    expect(result).toMatchObject({ succeeded });
  });

  test('compares over every key of a range', async () => {
    await ok({ kind: 'put', key: 'cr/1', value: 'x' });
    await ok({ kind: 'put', key: 'cr/2', value: 'y' });
    const compare = [{ key: 'cr/', end: 'cr0', target: 'value', is: '=', value: 'x' }] as const;
    const result = await ok({ kind: 'txn', compare, success: [], failure: [] });
    expect(result).toMatchObject({ succeeded: false });
  });
});

describe('leases', () => {
  test('an id beyond what a double holds is granted, kept alive, attached and revoked', async () => {
    const lease = '1234567890123456789';
    expect(await ok({ kind: 'lease-grant', ttlSeconds: 60, lease })).toMatchObject({
      kind: 'lease-grant',
      lease,
      ttlSeconds: 60,
    });
    expect(await ok({ kind: 'lease-keepalive', lease })).toMatchObject({ lease, ttlSeconds: 60 });
    await ok({ kind: 'put', key: 'leased', value: '', lease });
    expect(await ok({ kind: 'range', key: 'leased' })).toMatchObject({ kvs: [{ lease }] });
    await ok({ kind: 'lease-revoke', lease });
    expect(await ok({ kind: 'range', key: 'leased' })).toMatchObject({ count: 0 });
    expect(await perform({ kind: 'lease-revoke', lease })).toEqual({
      status: 'failed',
      error: { code: 5, message: 'etcdserver: requested lease not found' },
    });
  });

  test('etcd grants at least its minimum', async () => {
    expect(await ok({ kind: 'lease-grant', ttlSeconds: 1 })).toMatchObject({ ttlSeconds: 2 });
  });

  test('keeping alive what is gone leaves it no time', async () => {
    expect(await ok({ kind: 'lease-keepalive', lease: '99' })).toMatchObject({ ttlSeconds: 0 });
  });
});

describe('what etcd refuses', () => {
  test('compacted and future revisions', async () => {
    const { revision } = await ok({ kind: 'put', key: 'compacted', value: '' });
    expect(await ok({ kind: 'compact', revision })).toEqual({ kind: 'compact', revision });
    expect(await perform({ kind: 'compact', revision })).toEqual({
      status: 'failed',
      error: { code: 11, message: 'etcdserver: mvcc: required revision has been compacted' },
    });
    expect(await perform({ kind: 'range', key: 'k', revision: revision - 1 })).toEqual({
      status: 'failed',
      error: { code: 11, message: 'etcdserver: mvcc: required revision has been compacted' },
    });
    expect(await perform({ kind: 'range', key: 'k', revision: revision + 100 })).toEqual({
      status: 'failed',
      error: { code: 11, message: 'etcdserver: mvcc: required revision is a future revision' },
    });
  });

  test('an empty key', async () => {
    expect(await perform({ kind: 'put', key: '', value: '' })).toEqual({
      status: 'failed',
      error: { code: 3, message: 'etcdserver: key is not provided' },
    });
  });

  test.each([
    ['etcd', 1_800_000, 3, 'etcdserver: request is too large'],
    ['gRPC', 3_000_000, 8, 'grpc: received message larger than max (3000012 vs. 2097152)'],
  ])('a request that is too large for %s', async (_judge, length, code, message) => {
    const outcome = await perform({ kind: 'put', key: 'large', value: 'x'.repeat(length) });
    expect(outcome).toEqual({ status: 'failed', error: { code, message } });
  });
});

test('an answer of many frames comes back whole', async () => {
  for (let part = 0; part < 4; part++) {
    await ok({ kind: 'put', key: `big/${part}`, value: String(part).repeat(1_000_000) });
  }
  const read = await ok({ kind: 'range', key: 'big/', end: 'big0' });
  if (read.kind !== 'range') throw new Error(read.kind);
  const sizes = read.kvs.map(({ value }) => value.length);
  expect(sizes).toEqual([1_000_000, 1_000_000, 1_000_000, 1_000_000]);
});

test('another client reads what this one wrote, and the other way round', async () => {
  const other = new Etcd3({ hosts: `http://${etcd.address}` });
  try {
    await ok({ kind: 'put', key: 'ours', value: 'ä🜍' });
    expect(await other.get('ours').string()).toBe('ä🜍');
    await other.put('theirs').value('ö');
    expect(await ok({ kind: 'range', key: 'theirs' })).toMatchObject({ kvs: [{ value: 'ö' }] });
  } finally {
    other.close();
  }
});
