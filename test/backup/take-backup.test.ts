import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acknowledged } from '../../src/backup/acknowledged.ts';
import { removeLeftovers } from '../../src/backup/part-files.ts';
import { takeBackup } from '../../src/backup/take-backup.ts';
import { takeFromAny } from '../../src/backup/take-from-any.ts';
import { verifyBackup } from '../../src/backup/verify-backup.ts';
import { exitCode } from '../../src/errors.ts';
import { openAdmin } from '../../src/etcd/admin.ts';
import { openClient, type EtcdClient } from '../../src/etcd/client.ts';
import { startSingleEtcd, type SingleEtcd } from '../fixtures/single-etcd.ts';
import { temporaryFolder } from '../fixtures/snapshots.ts';

let etcd: SingleEtcd;
let client: EtcdClient;
beforeAll(async () => {
  etcd = await startSingleEtcd({ flags: ['--name=only'] });
  client = openClient({ member: 'only', address: etcd.address });
  for (let index = 0; index < 20; index++)
    await client.perform(
      { kind: 'put', key: `k${index}`, value: 'x'.repeat(50_000) },
      { deadlineMs: 5000 },
    );
}, 60_000);
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await etcd[Symbol.asyncDispose]();
});

const hoursOn = (hours: number): number => Date.now() + hours * 3_600_000;
const now = (): Date => new Date('2026-06-30T12:34:56.789Z');
const nobody = () => openClient({ member: 'nobody', address: '127.0.0.1:1' });

test('a backup has its final name, its owner alone may read it, and its manifest is right', async () => {
  using folder = temporaryFolder();
  const known = await acknowledged([client]);
  const { path, manifest } = await takeBackup({ source: client, known, folder: folder.path, now });
  const file = 'etcd-20260630T123456789Z-r21.db';
  expect(path).toBe(join(folder.path, file));
  expect(readdirSync(folder.path)).toEqual([file, `${file}.json`]);
  for (const name of readdirSync(folder.path))
    expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600);
  const { memberId, clusterId } = await openAdmin(client).status();
  expect(manifest).toMatchObject({
    file,
    takenAt: '2026-06-30T12:34:56.789Z',
    revision: 21,
    acknowledgedRevision: 21,
    keys: 20,
    clusterId,
    member: { id: memberId, name: 'only' },
    members: [{ name: 'only' }],
    etcdVersion: '3.7.3',
    storageVersion: '3.7.0',
    sha256: readFileSync(path).subarray(-32).toString('hex'),
    sizeBytes: statSync(path).size,
  });
  expect(await verifyBackup(path)).toMatchObject({ manifest, summary: { keys: 20 } });
});

test('a member that is behind what was acknowledged is refused, and nothing is left', async () => {
  using folder = temporaryFolder();
  const known = { ...(await acknowledged([client])), revision: 500 };
  await expect(
    takeBackup({ source: client, known, folder: folder.path, now }),
  ).rejects.toMatchObject({
    code: exitCode.violated,
    message:
      'only lags or is cut off: it has revision 21, the cluster had acknowledged 500 before it was asked, and its snapshot would lack what lies between. Take the backup from another member, and look after this one.',
  });
  expect(readdirSync(folder.path)).toEqual([]);
}, 20_000);

test('the next endpoint gives it where the first does not', async () => {
  using folder = temporaryFolder();
  await using dead = nobody();
  const refused: string[] = [];
  const { manifest } = await takeFromAny([dead, client], { folder: folder.path, now }, (reason) =>
    refused.push(reason),
  );
  expect(manifest.member.name).toBe('only');
  expect(refused).toEqual([
    'nobody: An answer of nobody did not come within 5 s: Status on nobody failed: connect ECONNREFUSED 127.0.0.1:1 (gRPC code -1)',
  ]);
}, 20_000);

test('without an endpoint that answers, nobody knows what a backup must have', async () => {
  await using dead = nobody();
  await expect(acknowledged([dead])).rejects.toThrow(
    'No endpoint answered a linearizable read, so nobody knows what a backup must have:\n  nobody: connect ECONNREFUSED 127.0.0.1:1\nName the endpoints of a cluster that has a leader; one with TLS is written https://.',
  );
}, 20_000);

test('a disk that is full leaves nothing', async () => {
  using folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder.path]);
  try {
    const known = await acknowledged([client]);
    await expect(
      takeBackup({ source: client, known, folder: folder.path, now }),
    ).rejects.toMatchObject({
      code: exitCode.couldNotRun,
      message: `Could not write the backup to ${partOf(folder.path)}: ENOSPC: no space left on device, write. Make room there, keep fewer backups (\`--keep\`, \`--keep-last\`), or name another folder with \`--to\`; nothing half-written is kept.`,
    });
    expect(readdirSync(folder.path)).toEqual([]);
  } finally {
    execFileSync('umount', [folder.path]);
  }
});

const partOf = (folder: string): string =>
  join(folder, `.etcd-20260630T123456789Z-r21.db.${hostname()}.${process.pid}.part`);

describe('what a killed backup left', () => {
  test('is removed once its writer is gone, its manifest with it, and nothing else', async () => {
    using folder = temporaryFolder();
    const writer = spawn('sleep', ['60']);
    const write = (name: string): void => writeFileSync(join(folder.path, name), 'half');
    const part = `.etcd-1-r7.db.${hostname()}.${writer.pid}.part`;
    const elsewhere = '.etcd-2-r7.db.another-host.1.part';
    const own = `.etcd-4-r7.db.${hostname()}.${process.pid}.part`;
    const names = [
      part,
      `${part}.json`,
      own,
      'etcd-1-r7.db.json',
      elsewhere,
      'etcd-3-r7.db',
      'a.part',
    ];
    for (const name of names) write(name);
    expect(await removeLeftovers(folder.path, Date.now())).toEqual([]);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    // Another container's process may have this host's name and that number: only its age tells.
    expect(await removeLeftovers(folder.path, Date.now())).toEqual([]);
    const removed = await removeLeftovers(folder.path, hoursOn(2));
    expect(removed.toSorted()).toEqual([part, `${part}.json`, elsewhere, own]);
    expect(readdirSync(folder.path).toSorted()).toEqual(['a.part', 'etcd-3-r7.db']);
  });

  test('has never the final name: killed in the midst of the stream, the next one cleans up', async () => {
    using folder = temporaryFolder();
    const to = folder.path;
    const killed = spawn(process.execPath, ['test/fixtures/half-a-backup.ts', etcd.address, to], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // Half of it is on the disk when it says so.
    await once(killed.stdout, 'data');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const [half, ...others] = readdirSync(to);
    expect(half).toMatch(/^\.etcd-\w+-r21\.db\..*\.part$/);
    expect(others).toEqual([]);
    expect(await removeLeftovers(to, hoursOn(2))).toEqual([half]);
    expect(readdirSync(to)).toEqual([]);
  }, 30_000);
});
