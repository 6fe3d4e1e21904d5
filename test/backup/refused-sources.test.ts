import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeBackup } from '../../src/backup/take-backup.ts';
import { backupLine } from '../../src/cli/backup/backup-lines.ts';
import { verifiedLines } from '../../src/cli/backup/verify.ts';
import { exitCode } from '../../src/errors.ts';
import { openClient } from '../../src/etcd/client.ts';
import { SnapshotResponseSchema, StatusResponseSchema } from '../../src/etcd/proto/etcd_pb.js';
import { openSnapshot } from '../../src/snapshot/open-snapshot.ts';
import { answer, startFakeEtcd } from '../fixtures/fake-etcd.ts';
import { goldenSnapshot, temporaryFolder } from '../fixtures/snapshots.ts';

const bytes = goldenSnapshot('3.5.35');
const known = { clusterId: 'aa', revision: 10 };
const now = (): Date => new Date('2026-06-30T12:34:56.789Z');

/** Of a member that answers nothing but its state and its snapshot. */
async function taken(
  folder: string,
  {
    clusterId = 0xaan,
    errors = [],
    signal,
    onSnapshot = () => undefined,
    clock = now,
  }: {
    readonly clusterId?: bigint;
    readonly errors?: string[];
    readonly signal?: AbortSignal;
    readonly onSnapshot?: () => void;
    readonly clock?: () => Date;
  } = {},
) {
  const header = { clusterId, memberId: 0x8e9e05c52164694dn, revision: 10n };
  await using etcd = await startFakeEtcd((method) => {
    if (method === 'Status')
      return answer(StatusResponseSchema, { header, version: '3.5.35', leader: 1n, errors });
    if (method !== 'Snapshot') return { code: 14, details: 'etcdserver: server stopped' };
    onSnapshot();
    return answer(SnapshotResponseSchema, { header, blob: bytes });
  });
  await using source = openClient({ member: 'm1', address: etcd.address });
  return await takeBackup({ source, known, folder, now: clock, ...(signal && { signal }) });
}

test('a good backup asks for nothing more, and its manifest and its verification name the alarms', async () => {
  using folder = temporaryFolder();
  const { path, manifest } = await taken(folder.path);
  expect(manifest).toMatchObject({
    member: { name: 'default' },
    alarms: [{ memberId: '8e9e05c52164694d', alarm: 'NOSPACE' }],
  });
  const told = ', with the alarm NOSPACE of 8e9e05c52164694d';
  expect(backupLine(manifest)).toContain(told);
  const summary = await openSnapshot(path);
  expect(verifiedLines({ summary }).join('\n')).toContain(told);
  const { alarms: _, ...older } = manifest;
  expect(verifiedLines({ summary, manifest: older }).join('\n')).toContain(told);
});

test("another cluster's member is refused", async () => {
  using folder = temporaryFolder();
  await expect(taken(folder.path, { clusterId: 0xbbn })).rejects.toMatchObject({
    code: exitCode.violated,
    message:
      "m1 belongs to the cluster bb, and what was acknowledged is of aa: its snapshot would be another cluster's. Name the endpoints of one cluster.",
  });
  expect(readdirSync(folder.path)).toEqual([]);
});

test('a cluster under the alarm CORRUPT is refused', async () => {
  using folder = temporaryFolder();
  const errors = ['memberID:10276657743932975437 alarm:CORRUPT '];
  await expect(taken(folder.path, { errors })).rejects.toMatchObject({
    code: exitCode.violated,
    message: expect.stringMatching(/^m1 has the alarm CORRUPT: the members' data differ/) as string,
  });
  expect(readdirSync(folder.path)).toEqual([]);
});

test('what this host cannot read back is not the fault of the member', async () => {
  using folder = temporaryFolder();
  const onSnapshot = () => {
    for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name));
  };
  await expect(taken(folder.path, { onSnapshot })).rejects.toMatchObject({
    code: exitCode.couldNotRun,
    message: expect.stringMatching(
      /^What m1 sent cannot be read back from \S+\.part: ENOENT: .*\. Look after the disk/,
    ) as string,
  });
});

test('an interrupt while it is read back leaves nothing', async () => {
  using folder = temporaryFolder();
  const interrupt = new AbortController();
  let asked = 0;
  // The second time is when it was found whole.
  const clock = (): Date => {
    if (++asked === 2) interrupt.abort(new Error('interrupted by SIGINT'));
    return now();
  };
  await expect(taken(folder.path, { signal: interrupt.signal, clock })).rejects.toThrow(
    'interrupted by SIGINT',
  );
  expect(asked).toBe(2);
  expect(readdirSync(folder.path)).toEqual([]);
});
