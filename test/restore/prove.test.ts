import { fromBinary } from '@bufbuild/protobuf';
import { afterAll, expect, test } from 'vitest';
import { exitCode } from '../../src/errors.ts';
import { openClient, type EtcdClient } from '../../src/etcd/client.ts';
import {
  HashKVResponseSchema,
  RangeRequestSchema,
  RangeResponseSchema,
  StatusResponseSchema,
} from '../../src/etcd/proto/etcd_pb.js';
import { prove } from '../../src/restore/prove.ts';
import { liveKeys } from '../../src/snapshot/revisions.ts';
import { openSnapshotFile } from '../../src/snapshot/snapshot-file.ts';
import { answer, startFakeEtcd } from '../fixtures/fake-etcd.ts';
import { changed, goldenSnapshot, temporaryFolder, written } from '../fixtures/snapshots.ts';

const folder = temporaryFolder();
const snapshot = written(folder.path, goldenSnapshot('3.5.35'));
const open = new AsyncDisposableStack();
open.use(folder);
afterAll(() => open.disposeAsync());

/** Serves what the snapshot holds, but for what is said otherwise. */
async function member(
  name: string,
  {
    clusterId = 0xaan,
    memberId = 1n,
    leads = true,
    reads = true,
    compactions = [4n],
    hash = 7,
    latest = 50n,
  }: {
    readonly clusterId?: bigint;
    readonly memberId?: bigint;
    readonly leads?: boolean;
    readonly reads?: boolean;
    /** What each answer says; the last stays. */
    readonly compactions?: readonly bigint[];
    readonly hash?: number;
    readonly latest?: bigint;
  } = {},
): Promise<EtcdClient> {
  const header = { clusterId, memberId, revision: latest };
  const left = [...compactions];
  const etcd = await startFakeEtcd((method, body) => {
    if (method === 'Status')
      return answer(StatusResponseSchema, { header, version: '3.5.35', leader: leads ? 1n : 0n });
    if (method === 'HashKV') {
      const compactRevision = (left.length > 1 ? left.shift() : left[0]) ?? 0n;
      return answer(HashKVResponseSchema, { header, hash, compactRevision });
    }
    if (!reads) return { code: 14, details: 'etcdserver: no leader' };
    if (fromBinary(RangeRequestSchema, body).revision > latest)
      return { code: 11, details: 'etcdserver: mvcc: required revision is a future revision' };
    return answer(RangeResponseSchema, { header, kvs: served() });
  });
  const client = openClient({ member: name, address: etcd.address });
  open.use(etcd);
  return open.use(client);
}

function served() {
  using file = openSnapshotFile(snapshot);
  return Array.from(liveKeys(file), ({ key, value, lease, ...kv }) => ({
    key: Uint8Array.from(key),
    value: Uint8Array.from(value),
    lease,
    createRevision: BigInt(kv.createRevision),
    modRevision: BigInt(kv.modRevision),
    version: BigInt(kv.version),
  }));
}

test('endpoints of one new cluster are proved', async () => {
  const clients = [await member('m1'), await member('m2', { memberId: 2n })] as const;
  expect(await prove(snapshot, [...clients])).toMatchObject({ revision: 10, hash: 7 });
});

test('an endpoint of another cluster is not', async () => {
  const clients = [await member('m1'), await member('m2', { clusterId: 0xbbn })] as const;
  await expect(prove(snapshot, [...clients])).rejects.toMatchObject({
    code: exitCode.violated,
    message:
      'The endpoints belong to two clusters: m1 to aa, m2 to bb. They were not restored with one token and the same members: stop them all, and restore them with the commands of one plan.',
  });
});

test.each([
  [{ leads: false }, 'it knows no leader'],
  [{ reads: false }, 'etcdserver: no leader'],
])('an endpoint that is cut off (%o) cannot be told', async (state, reason) => {
  const clients = [await member('m1'), await member('m2', state)] as const;
  await expect(prove(snapshot, [...clients])).rejects.toMatchObject({
    code: exitCode.inconclusive,
    message: `m2 cannot be compared with the backup: ${reason}. Name endpoints of a cluster that has a leader, with \`--user\` where it has authentication.`,
  });
});

test('the cluster that was backed up proves nothing', async () => {
  const old = await member('m1', { memberId: 0x8e9e05c52164694dn });
  await expect(prove(snapshot, [old])).rejects.toMatchObject({
    code: exitCode.violated,
    message:
      "m1 is of the cluster that was backed up, not of one restored from it: its ids (member 8e9e05c52164694d, cluster aa) are the old ones. Name the new cluster's endpoints; one that was restored without a token of its own is restored again with `drill restore`.",
  });
});

test('hashes are compared above the same compaction only', async () => {
  const late = await member('m2', { compactions: [9n, 4n] });
  expect(await prove(snapshot, [await member('m1'), late])).toMatchObject({ hash: 7 });
  const other = await member('m3', { compactions: [9n], hash: 8 });
  await expect(prove(snapshot, [await member('m1'), other])).rejects.toMatchObject({
    code: exitCode.inconclusive,
    message:
      "The endpoints' hashes cannot be compared: each is from the last compaction on, and that is m1 at 4, m3 at 9. Prove again when no compaction is under way.",
  });
  const differs = await member('m4', { hash: 8 });
  await expect(prove(snapshot, [await member('m1'), differs])).rejects.toMatchObject({
    code: exitCode.violated,
    message:
      'm4 and m1 differ at revision 10 (hashes 8 and 7): they were not restored from the same backup. Stop them all and restore them from one.',
  });
}, 20_000);

test('a bump counts from the newest record, which a compaction may be above', async () => {
  const compacted = changed((database) => {
    for (const name of ['scheduledCompactRev', 'finishedCompactRev'])
      for (let at = 0; (at = database.indexOf(name, at)) >= 0; at += name.length)
        database.writeBigUInt64BE(20n, at + name.length);
  }, goldenSnapshot('3.5.35'));
  const path = written(folder.path, compacted, 'compacted.db');
  expect(await prove(path, [await member('m1', { latest: 1010n })], { bump: 1000 })).toMatchObject({
    revision: 1010,
  });
  expect(await prove(path, [await member('m1')], { bump: 5 })).toMatchObject({ revision: 20 });
});
