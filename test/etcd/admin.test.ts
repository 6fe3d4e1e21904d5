import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAdmin, type EtcdAdmin } from '../../src/etcd/admin.ts';
import { openClient, type EtcdClient } from '../../src/etcd/client.ts';
import { EtcdError } from '../../src/etcd/error.ts';
import { snapshot } from '../../src/etcd/snapshot.ts';
import { startSingleEtcd, type SingleEtcd } from '../fixtures/single-etcd.ts';

let etcd: SingleEtcd;
let client: EtcdClient;
let admin: EtcdAdmin;
beforeAll(async () => {
  etcd = await startSingleEtcd({ flags: ['--name=only', '--quota-backend-bytes=16777216'] });
  client = openClient({ member: 'only', address: etcd.address });
  admin = openAdmin(client);
}, 60_000);
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await etcd[Symbol.asyncDispose]();
});

const put = (key: string, value: string) =>
  client.perform({ kind: 'put', key, value }, { deadlineMs: 5000 });

async function readSnapshot(): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of snapshot(client, { idleMs: 10_000 })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('status names the member, its leader and its version', async () => {
  const status = await admin.status();
  expect(status).toMatchObject({
    version: '3.7.3',
    storageVersion: '3.7.0',
    isLearner: false,
    errors: [],
  });
  expect(status.memberId).toMatch(/^[0-9a-f]+$/);
  expect(status.leader).toBe(status.memberId);
  expect(status.raftTerm).toBeGreaterThan(1);
  expect(status.raftAppliedIndex).toBe(status.raftIndex);
  expect(status.dbSizeBytes).toBeGreaterThanOrEqual(status.dbSizeInUseBytes ?? Infinity);
});

test('members are listed, added as learners, updated and removed', async () => {
  const added = await admin.memberAdd({ peerUrls: ['http://127.0.0.1:9999'], learner: true });
  expect(added).toMatchObject({ name: '', peerUrls: ['http://127.0.0.1:9999'], isLearner: true });
  await admin.memberUpdate(added.id, ['http://127.0.0.1:9998']);
  const members = await admin.memberList();
  expect(members.map(({ name, isLearner, peerUrls }) => [name, isLearner, peerUrls])).toEqual(
    expect.arrayContaining([
      ['only', false, ['http://localhost:2380']],
      ['', true, ['http://127.0.0.1:9998']],
    ]),
  );
  await expect(admin.memberPromote(added.id)).rejects.toThrow(
    'MemberPromote on only failed: etcdserver: can only promote a learner member which is in sync with leader (gRPC code 9)',
  );
  await admin.memberRemove(added.id);
  expect(await admin.memberList({ linearizable: false })).toHaveLength(1);
});

test('an error carries its code and details', async () => {
  const error = await admin.moveLeader('1').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EtcdError);
  expect(error).toMatchObject({
    code: 9,
    details: 'etcdserver: bad leader transferee',
    kind: 'status',
  });
});

test('the hash is of a revision and moves with the data', async () => {
  const before = await admin.hashKv();
  expect(await admin.hashKv(before.revision)).toMatchObject({ hash: before.hash });
  await put('hash', '1');
  const after = await admin.hashKv();
  expect(after.revision).toBe(before.revision + 1);
  expect(after.hash).not.toBe(before.hash);
  expect(await admin.hashKv(before.revision)).toMatchObject({ hash: before.hash });
  await admin.compact(after.revision, { physical: true });
  expect(await admin.hashKv()).toMatchObject({ compactRevision: after.revision });
});

test('a snapshot streams whole, its own checksum at its end', async () => {
  for (let index = 0; index < 4; index++) await put(`snapshot/${index}`, 'x'.repeat(500_000));
  const file = await readSnapshot();
  expect(file.byteLength % 512).toBe(32);
  const sum = createHash('sha256').update(file.subarray(0, -32)).digest('hex');
  expect(file.subarray(-32).toString('hex')).toBe(sum);
});

test('a snapshot of which nothing arrives says so', async () => {
  await etcd.pause();
  try {
    await expect(snapshot(client, { idleMs: 50 }).next()).rejects.toThrow(
      'Snapshot on only failed: nothing of the snapshot arrived for 50 ms (gRPC code -1)',
    );
  } finally {
    await etcd.resume();
  }
});

test('a snapshot that is consumed slowly waits, and is as whole', async () => {
  for (let index = 0; index < 6; index++) await put(`slow/${index}`, 'x'.repeat(1_000_000));
  const sum = createHash('sha256');
  let last = Buffer.alloc(0);
  for await (const chunk of snapshot(client, { idleMs: 10_000 })) {
    // Long enough for all that HTTP/2 lets through to arrive, its end included.
    await pause(1);
    const seen = Buffer.concat([last, chunk]);
    sum.update(seen.subarray(0, -32));
    last = seen.subarray(-32);
  }
  expect(last.toString('hex')).toBe(sum.digest('hex'));
});

test('the quota raises an alarm; what reached it is unknown; compacted, defragmented, disarmed it is gone', async () => {
  const value = 'x'.repeat(1_000_000);
  let outcome = await put('quota', value);
  for (let written = 1; outcome.status === 'ok' && written < 40; written++) {
    outcome = await put('quota', value);
  }
  expect(outcome).toEqual({
    status: 'unknown',
    error: { code: 8, message: 'etcdserver: mvcc: database space exceeded' },
  });
  const [alarm] = await admin.alarms();
  const { memberId, revision } = await admin.status();
  expect(alarm).toEqual({ memberId, alarm: 'NOSPACE' });
  await admin.compact(revision, { physical: true });
  await admin.defragment();
  if (alarm !== undefined) await admin.disarm(alarm);
  expect(await admin.alarms()).toEqual([]);
  expect(await put('quota', 'small')).toMatchObject({ status: 'ok' });
});
