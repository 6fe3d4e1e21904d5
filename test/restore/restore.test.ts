import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCode } from '../../src/errors.ts';
import { openAdmin } from '../../src/etcd/admin.ts';
import { openClient } from '../../src/etcd/client.ts';
import { findTool, type Tool } from '../../src/restore/find-tool.ts';
import { readMembers } from '../../src/restore/planned-member.ts';
import { prove } from '../../src/restore/prove.ts';
import { restoreFiles, type RestorePlan } from '../../src/restore/restore-files.ts';
import { startSingleEtcd } from '../fixtures/single-etcd.ts';
import { goldenSnapshot, temporaryFolder, written } from '../fixtures/snapshots.ts';

const folder = temporaryFolder();
const snapshot = written(folder.path, goldenSnapshot('3.7.3'));
const older = written(folder.path, goldenSnapshot('3.5.35'), 'older.db');
/** Of the cluster that the snapshot was taken from: it comes back with it. */
const credentials = { user: 'root', password: () => 'secret' };
let tool: Tool;
beforeAll(async () => {
  tool = await findTool({ etcd: 'go:3.7.3', bump: 1000, announce: (_title, task) => task() });
}, 120_000);
afterAll(() => folder[Symbol.dispose]());

const planOf = (dataDir: string, bump?: number): RestorePlan => ({
  snapshot,
  members: readMembers([`m1=http://127.0.0.1:1=${dataDir}`]),
  token: 'drill-test',
  tool,
  ...(bump !== undefined && { bump }),
});

test.each([undefined, 1000])(
  'what is restored is what is served, key by key, with a bump of %s',
  async (bump) => {
    const dataDir = join(folder.path, `m1-${bump ?? 0}`);
    await restoreFiles(planOf(dataDir, bump));
    expect(readdirSync(dataDir)).toEqual(['member']);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    await using etcd = await startSingleEtcd({
      request: 'go:3.7.3',
      flags: ['--name=m1'],
      dataDir,
      credentials,
    });
    await using client = openClient({ member: 'm1', address: etcd.address, credentials });
    const how = bump === undefined ? {} : { bump };
    const { hash } = await openAdmin(client).hashKv(10 + (bump ?? 0));
    const proof = { keys: 191, revision: 10 + (bump ?? 0), hash };
    expect(await prove(snapshot, [client], how)).toEqual(proof);
    // What is written later is not in its way; the alarm of the old cluster came back as well.
    for (const alarm of await openAdmin(client).alarms()) await openAdmin(client).disarm(alarm);
    expect(
      await client.perform({ kind: 'put', key: 'later', value: '1' }, { deadlineMs: 5000 }),
    ).toMatchObject({ status: 'ok' });
    expect(await prove(snapshot, [client], how)).toEqual(proof);

    await expect(prove(older, [client], how)).rejects.toMatchObject({ code: exitCode.violated });
    await expect(prove(snapshot, [client], { bump: 5000 })).rejects.toMatchObject({
      code: exitCode.violated,
      message:
        'm1 has not reached revision 5010, at which the backup ends: it was not restored from it.',
    });
    await openAdmin(client).compact(11 + (bump ?? 0));
    await expect(prove(snapshot, [client], how)).rejects.toMatchObject({
      code: exitCode.inconclusive,
      message: `m1 no longer has revision ${10 + (bump ?? 0)}, at which it was restored: it was compacted since, so what is served cannot be compared any more. Prove a restore right after its start.`,
    });
  },
  60_000,
);

describe('a log with a disk of its own', () => {
  const planApart = (dataDir: string, walDir: string): RestorePlan => ({
    ...planOf(dataDir),
    members: readMembers([`m1=http://127.0.0.1:1=${dataDir}`], [`m1=${walDir}`]),
  });

  test('is restored onto that, and etcd serves from both', async () => {
    const dataDir = join(folder.path, 'data-apart');
    const walDir = join(folder.path, 'wal-apart');
    mkdirSync(join(walDir, 'lost+found'), { recursive: true });
    await restoreFiles(planApart(dataDir, walDir));
    expect(readdirSync(join(dataDir, 'member'))).toEqual(['snap']);
    expect(readdirSync(walDir)).toEqual([expect.stringMatching(/\.wal$/), 'lost+found']);
    const files = { dataDir, walDir, credentials };
    await using etcd = await startSingleEtcd({
      request: 'go:3.7.3',
      flags: ['--name=m1'],
      ...files,
    });
    await using client = openClient({ member: 'm1', address: etcd.address, credentials });
    expect(await prove(snapshot, [client], {})).toMatchObject({ keys: 191, revision: 10 });
    expect(readdirSync(join(dataDir, 'member'))).toEqual(['snap']);

    await expect(restoreFiles(planApart(join(folder.path, 'next'), walDir))).rejects.toThrow(
      /^The WAL directory \S+wal-apart of m1 is not empty \(it has \S+\), and a restore replaces nothing: move it away first/,
    );
    expect(readdirSync(folder.path)).not.toContain('next');
  }, 60_000);

  test('is left as it was where the tool refuses the snapshot', async () => {
    const refused = written(folder.path, goldenSnapshot('3.7.3').subarray(0, -32), 'raw.db');
    const places = [join(folder.path, 'data-refused'), join(folder.path, 'wal-refused')] as const;
    await expect(restoreFiles({ ...planApart(...places), snapshot: refused })).rejects.toThrow(
      'snapshot missing hash',
    );
    expect(readdirSync(folder.path).filter((name) => name.endsWith('-refused'))).toEqual([]);
  }, 30_000);
});

describe('a restore that fails leaves every directory as it was', () => {
  test('a tool that refuses the snapshot', async () => {
    const refused = written(folder.path, goldenSnapshot('3.7.3').subarray(0, -32), 'raw.db');
    const dataDir = join(folder.path, 'refused');
    await expect(restoreFiles({ ...planOf(dataDir), snapshot: refused })).rejects.toThrow(
      /^`etcdutl snapshot restore` of etcd 3\.7\.3 failed for m1 \(status 1\): Error: snapshot missing hash but --skip-hash-check=false\. Nothing was put in place\.$/,
    );
    expect(readdirSync(folder.path)).not.toContain('refused');
  }, 30_000);

  test('a disk that is full', async () => {
    const dataDir = join(folder.path, 'full');
    mkdirSync(dataDir);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', dataDir]);
    try {
      await expect(restoreFiles(planOf(dataDir))).rejects.toThrow(/no space left on device/);
      expect(readdirSync(dataDir)).toEqual([]);
    } finally {
      execFileSync('umount', [dataDir]);
    }
  }, 30_000);
});
