import { describe, expect, test } from 'vitest';
import { openSnapshot } from '../../src/snapshot/open-snapshot.ts';
import { liveKeys } from '../../src/snapshot/revisions.ts';
import { openSnapshotFile } from '../../src/snapshot/snapshot-file.ts';
import {
  changed,
  goldenAnswers,
  goldenSnapshot,
  snapshotVersions,
  temporaryFolder,
  written,
} from '../fixtures/snapshots.ts';

describe.each(snapshotVersions)('a snapshot of etcd %s', (version) => {
  const { status, file, range } = goldenAnswers(version);

  test('is summed up as its etcd and etcdutl do', async () => {
    using folder = temporaryFolder();
    const summary = await openSnapshot(written(folder.path, goldenSnapshot(version)));
    expect(summary).toMatchObject({
      revision: status[0]?.Status.header.revision,
      keys: range.count,
      databaseBytes: file.totalSize,
      sizeBytes: file.totalSize + 32,
      version: file.version ?? '',
      clusterVersion: `${version.slice(0, 3)}.0`,
    });
    expect(summary.revision).toBe(file.revision);
    const sizes = range.kvs.map(({ key, value }) => [bytesOf(key).length, bytesOf(value).length]);
    expect(summary.keyBytes).toBe(sizes.reduce((sum, [key = 0]) => sum + key, 0));
    expect(summary.valueBytes).toBe(sizes.reduce((sum, [, value = 0]) => sum + value, 0));
  });

  test('holds every key as its etcd served it', () => {
    using folder = temporaryFolder();
    using opened = openSnapshotFile(written(folder.path, goldenSnapshot(version)));
    const live = [...liveKeys(opened)].map((kv) => ({
      key: kv.key.toString('base64'),
      value: kv.value.toString('base64'),
      create_revision: kv.createRevision,
      mod_revision: kv.modRevision,
      version: kv.version,
    }));
    const served = range.kvs.map(
      ({ key, value, create_revision, mod_revision, version: times }) => ({
        key,
        value,
        create_revision,
        mod_revision,
        version: times,
      }),
    );
    expect(live.toSorted(byKey)).toEqual(served.toSorted(byKey));
  });

  test('tells what else is in it', async () => {
    using folder = temporaryFolder();
    expect(await openSnapshot(written(folder.path, goldenSnapshot(version)))).toMatchObject({
      compactRevision: 4,
      revisions: 217,
      tombstones: 13,
      leases: 1,
      leasedKeys: 1,
      authEnabled: true,
      users: 1,
      alarms: [{ memberId: '8e9e05c52164694d', alarm: 'NOSPACE' }],
      members: [
        {
          id: '8e9e05c52164694d',
          name: 'default',
          peerUrls: ['http://localhost:2380'],
          clientUrls: ['http://127.0.0.1:2379'],
          isLearner: false,
        },
      ],
      prefixes: {
        rows: [
          { prefix: '/registry/leases/', keys: 100, bytes: 2784 },
          { prefix: '/registry/pods/', keys: 88, bytes: 2360 },
          { prefix: '', keys: 2 },
          { prefix: '/big/', keys: 1, bytes: 10_010 },
        ],
        others: { keys: 0, bytes: 0 },
      },
    });
  });
});

test('the lease of a key is told exactly', () => {
  using folder = temporaryFolder();
  using opened = openSnapshotFile(written(folder.path, goldenSnapshot()));
  const leased = [...liveKeys(opened)].find(({ key }) => key.toString() === 'leased');
  expect(leased?.lease.toString(16)).toMatch(/^694d[0-9a-f]{12}$/);
});

test('one intact meta page is enough, as it is for etcd', async () => {
  using folder = temporaryFolder();
  for (const offset of [20, 4096 + 20]) {
    const path = written(
      folder.path,
      changed((database) => database.fill(0, offset, offset + 8)),
    );
    expect(await openSnapshot(path)).toMatchObject({ revision: 10, keys: 191 });
  }
});

test('prefixes are as deep as asked for', async () => {
  using folder = temporaryFolder();
  const path = written(folder.path, goldenSnapshot());
  const { prefixes } = await openSnapshot(path, { prefixDepth: 2 });
  expect(prefixes.rows.map(({ prefix, keys }) => [prefix, keys])).toEqual([
    ['/registry/', 188],
    ['', 2],
    ['/big/', 1],
  ]);
});

const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');

const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);
