import { afterAll, beforeAll, expect, test } from 'vitest';
import { detachDisks, detachStrayDisks } from '../../src/cluster/detach-disks.ts';
import { createDisk, createDiskStore } from '../../src/cluster/disks.ts';
import { findHelper, startHelper } from '../../src/cluster/helper.ts';
import { labelsFor, nameOf } from '../../src/cluster/naming.ts';
import { removeRun } from '../../src/cluster/remove-run.ts';
import { type Session, openSession } from '../../src/cluster/session.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { type Pods, leftOf, newRun, silently, startPods } from '../fixtures/pods.ts';

const dataBytes = 320 * 1024 * 1024;
const walBytes = 400 * 1024 * 1024;

let pods: Pods;
let helper: Session;
/** Somebody else's loop device, on a file that is named much like one of ours. */
let foreign: Session;
const foreignRun = newRun('foreign');
let foreignDevice = '';
beforeAll(async () => {
  pods = await startPods(
    { members: 1, disks: { data: dataBytes, wal: walBytes } },
    { name: 'disks' },
  );
  const found = await findHelper(pods.engine, pods.run);
  if (!found) throw new Error('the run has no helper');
  helper = await openSession(found, 'the helper');
  foreign = await startForeign();
  foreignDevice = (
    await foreign.must(
      `truncate -s 1M /tmp/drill-other-${pods.run}-m1-data.img && losetup -f --show /tmp/drill-other-${pods.run}-m1-data.img`,
    )
  ).trim();
}, 120_000);
afterAll(async () => {
  await foreign?.run(`losetup -d ${foreignDevice}`);
  await foreign?.[Symbol.asyncDispose]();
  await removeRun(pods.engine, foreignRun);
  expect(await leftOf(pods.engine, foreignRun)).toEqual([]);
  await helper?.[Symbol.asyncDispose]();
  await pods?.[Symbol.asyncDispose]();
}, 60_000);

async function startForeign(): Promise<Session> {
  const container = await pods.engine.docker.createContainer({
    name: nameOf({ run: foreignRun, drill: 'foreign' }, 'loop'),
    Image: await ensureToolbox({ engine: pods.engine, announce: silently }),
    Entrypoint: ['sleep', '300'],
    Labels: labelsFor({ run: foreignRun, drill: 'foreign' }, 'helper'),
    HostConfig: {
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      CapAdd: ['SYS_ADMIN'],
      DeviceCgroupRules: ['b 7:* rwm', 'c 10:237 rwm'],
      Binds: ['/dev:/dev'],
    },
  });
  await container.start();
  return openSession(container, 'the foreign container');
}

/** Loop devices of this run: device, size and whether the kernel has ext4 on it. */
const loops = async (): Promise<string[]> => {
  const listed = await foreign.must(`
for file in /sys/block/loop*/loop/backing_file; do
  [ -e "$file" ] || continue
  grep -q '/drill-${pods.run}-' "$file" || continue
  echo "$(basename "$(cat "$file")") $(blockdev --getsize64 "/dev/$(basename "$(dirname "$(dirname "$file")")")")"
done; true`);
  return listed
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();
};

test('data and log of etcd lie on file systems of their own, as large as asked', async () => {
  expect(await loops()).toEqual([
    `drill-${pods.run}-m1-data.img ${dataBytes}`,
    `drill-${pods.run}-m1-wal.img ${walBytes}`,
  ]);
  const etcd = pods.engine.docker.getContainer(`drill-${pods.run}-m1`);
  for (const path of ['/data/etcd/member/snap/db', '/wal/etcd/0.tmp'])
    await expect(etcd.infoArchive({ path })).resolves.toBeDefined();
  const { Mounts } = await etcd.inspect();
  expect(Mounts.map(({ Name, Destination }) => `${Name}:${Destination}`).toSorted()).toEqual([
    `drill-${pods.run}-m1-data:/data`,
    `drill-${pods.run}-m1-wal:/wal`,
  ]);
});

test('a disk whose run ended meanwhile gets no volume', async () => {
  const end = new AbortController();
  const late: Session = {
    ...helper,
    async must() {
      end.abort(new Error('The run is ending.'));
      return '/dev/loop0';
    },
  };
  const identity = { run: foreignRun, drill: 'foreign' };
  const context = { engine: pods.engine, identity, helper: late, signal: end.signal };
  await expect(
    createDisk(context, 'm1', 'data', { sizeBytes: dataBytes, mapper: false }),
  ).rejects.toThrow('The run is ending.');
  const { Volumes } = await pods.engine.docker.listVolumes();
  expect(Volumes.map(({ Name }) => Name)).not.toContain(nameOf(identity, 'm1-data'));
});

test('a removed run leaves no loop device, and another one alone', async () => {
  const removed = await removeRun(pods.engine, pods.run);
  expect(removed.loopDevices).toHaveLength(2);
  expect(removed.loopDevices).not.toContain(foreignDevice);
  expect(await loops()).toEqual([]);
  expect(await foreign.must(`losetup ${foreignDevice}`)).toContain('drill-other-');
  expect((await removeRun(pods.engine, pods.run)).loopDevices).toEqual([]);
}, 30_000);

test('disks whose helper was removed by hand are found by their backing files', async () => {
  const lost = await startPods({ members: 1, disks: { data: dataBytes } }, { name: 'lost' });
  const attached = (): Promise<string> =>
    foreign.must(`grep -l '/drill-${lost.run}-' /sys/block/loop*/loop/backing_file; true`);
  const [, device] = /(loop\d+)/.exec(await attached()) ?? [];
  const removeByHand = async (part: string): Promise<void> =>
    lost.engine.docker.getContainer(`drill-${lost.run}-${part}`).remove({ force: true });
  for (const part of ['m1', 'helper']) await removeByHand(part);
  const removed = await removeRun(lost.engine, lost.run);
  expect(removed.loopDevices).toEqual([`/dev/${device}`]);
  expect(await attached()).toBe('');
  // Nothing is left to undo, but the sessions with what was removed.
  await lost[Symbol.asyncDispose]();
}, 60_000);

test('a disk whose file is gone is a stray, not one of a present run or of another engine', async () => {
  const image = `/tmp/drill-${foreignRun}-m1-data.img`;
  const device = (
    await foreign.must(`truncate -s 1M ${image} && losetup -f --show ${image}`)
  ).trim();
  expect(await detachStrayDisks(pods.engine, (run) => run === foreignRun)).toEqual([]);
  await foreign.must(`rm ${image}`);
  expect(await detachStrayDisks(pods.engine, () => false)).toEqual([]);
  expect(await detachStrayDisks(pods.engine, (run) => run === foreignRun)).toEqual([device]);
  expect((await foreign.run(`losetup ${device}`)).code).not.toBe(0);
}, 30_000);

test('a disk that the helper itself has mounted, and frozen, is detached', async () => {
  const { engine } = pods;
  const identity = { run: newRun('mounted'), drill: 'mounted' };
  const toolbox = await ensureToolbox({ engine, announce: silently });
  try {
    await createDiskStore(engine, identity);
    const container = await startHelper(engine, identity, toolbox, 'disks');
    await using own = await openSession(container, 'the helper');
    const context = { engine, identity, helper: own, signal: new AbortController().signal };
    const name = await createDisk(context, 'm1', 'data', { sizeBytes: dataBytes, mapper: false });
    const device = (await own.must(`losetup -nO NAME -j /disks/${name}.img`)).trim();
    await own.must(`mkdir /tmp/at && mount -t ext4 ${device} /tmp/at && fsfreeze -f /tmp/at`);
    expect(await detachDisks(engine, identity.run)).toEqual([device]);
    expect((await own.run(`losetup ${device}`)).code).not.toBe(0);
  } finally {
    await removeRun(engine, identity.run);
  }
}, 60_000);
