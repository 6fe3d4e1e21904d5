import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAdmin } from '../../src/etcd/admin.ts';
import { type EtcdClient, openClient } from '../../src/etcd/client.ts';
import { snapshot } from '../../src/etcd/snapshot.ts';
import type { Request } from '../../src/history/operation.ts';
import { askLive } from '../../src/rehearse/ask-live.ts';
import { compareKeyspace } from '../../src/rehearse/compare-keyspace.ts';
import { countKeys } from '../../src/rehearse/served-keys.ts';
import { openSnapshot, type SnapshotSummary } from '../../src/snapshot/open-snapshot.ts';
import { startSingleEtcd, type SingleEtcd } from '../fixtures/single-etcd.ts';
import { changed, temporaryFolder, written } from '../fixtures/snapshots.ts';

const keys = 2500;

describe('a snapshot, held against the etcd that it was taken from', { timeout: 60_000 }, () => {
  const folder = temporaryFolder();
  let etcd: SingleEtcd;
  let client: EtcdClient;
  let file: SnapshotSummary;

  beforeAll(async () => {
    etcd = await startSingleEtcd();
    client = openClient({ member: 'etcd', address: etcd.address });
    for (let from = 0; from < keys; from += 100) {
      const success = Array.from({ length: 100 }, (_, index) => ({
        kind: 'put' as const,
        key: `/registry/pods/p${String(from + index).padStart(5, '0')}`,
        value: `value of ${from + index}`,
      }));
      await perform({ kind: 'txn', compare: [], success, failure: [] });
    }
    await perform({ kind: 'put', key: '/registry/pods/p00007', value: 'twice' });
    await perform({ kind: 'delete', key: '/registry/pods/p00008' });
    const path = join(folder.path, 'whole.db');
    await pipeline(Readable.from(snapshot(client, { idleMs: 10_000 })), createWriteStream(path));
    file = await openSnapshot(path);
  }, 60_000);

  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await etcd[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  test('is the same, also when the cluster has gone on', async () => {
    await perform({ kind: 'put', key: '/registry/pods/later', value: 'later' });
    expect(await compareKeyspace(file, client, 3)).toEqual({
      served: keys - 1,
      matched: keys - 1,
      lost: 0,
      changed: 0,
      extra: 0,
      differences: [],
      prefixes: file.prefixes,
    });
  });

  test('differs where a value, a name or a revision does', async () => {
    const other = changed((database) => {
      replace(database, 'value of 1234', 'value of 9999');
      replace(database, '/registry/pods/p02000', '/registry/pods/q02000');
    }, readFileSync(file.path));
    const summary = await openSnapshot(written(folder.path, other, 'other.db'));
    const { differences, ...found } = await compareKeyspace(summary, client, 3);
    expect(found).toMatchObject({
      served: keys - 1,
      matched: keys - 3,
      lost: 1,
      changed: 1,
      extra: 1,
    });
    expect(
      differences.map(({ kind, key, inFile, served }) => [
        kind,
        key.toString(),
        inFile?.value.toString(),
        served?.value.toString(),
      ]),
    ).toEqual([
      ['lost', '/registry/pods/q02000', 'value of 2000', undefined],
      ['changed', '/registry/pods/p01234', 'value of 9999', 'value of 1234'],
      ['extra', '/registry/pods/p02000', undefined, 'value of 2000'],
    ]);
  });

  test('a key that is deleted is missed in the count of the end', async () => {
    const { keys: before } = await countKeys(client);
    await perform({ kind: 'delete', key: '/registry/pods/p00100' });
    expect((await countKeys(client)).keys).toBe(before - 1);
    expect((await countKeys(client, file.revision)).keys).toBe(file.keys);
  });

  test('a live cluster is asked at its revision', async () => {
    const target = { member: 'etcd', address: etcd.address };
    expect(await askLive([target], file.revision)).toMatchObject({
      kind: 'found',
      value: { endpoint: etcd.address, keys: file.keys },
    });
    expect(await askLive([target], file.revision + 1000)).toEqual({
      kind: 'unknown',
      reason: `the live cluster has not come to revision ${file.revision + 1000} yet: it is another one, or was restored since (Range on etcd failed: etcdserver: mvcc: required revision is a future revision (gRPC code 11))`,
    });
  });

  test('it is no evidence once the revision is compacted', async () => {
    await openAdmin(client).compact(file.revision + 1);
    await expect(compareKeyspace(file, client, 3)).rejects.toThrow('has been compacted');
    const target = { member: 'etcd', address: etcd.address };
    expect(await askLive([target], file.revision)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining(
        `the live cluster has compacted revision ${file.revision}`,
      ) as string,
    });
  });

  async function perform(request: Request): Promise<void> {
    const outcome = await client.perform(request, { deadlineMs: 10_000 });
    if (outcome.status !== 'ok') throw new Error(outcome.error.message);
  }
});

/** Everywhere: old pages of the file hold copies. */
function replace(database: Buffer, from: string, to: string): void {
  for (let at = database.indexOf(from); at >= 0; at = database.indexOf(from, at + 1))
    database.write(to, at);
}
