import { afterAll, beforeAll, expect, test } from 'vitest';
import { syncDisks } from '../../../src/actions/sync-disks.ts';
import type { Member } from '../../../src/cluster/member.ts';
import { smallestDiskBytes } from '../../../src/cluster/spec.ts';
import { powerLoss, type PoweredMember } from '../../../src/faults/disk/power-loss.ts';
import { FaultUnproved } from '../../../src/faults/fault.ts';
import { mounted } from '../../../src/faults/disk/mounted.ts';
import { ownDisk } from '../../../src/faults/disk/own-disk.ts';
import { type Pods, startPods } from '../../fixtures/pods.ts';

let pods: Pods;
let m1: Member;
let m2: Member;
beforeAll(async () => {
  const disks = { data: smallestDiskBytes };
  pods = await startPods({ members: 2, disks }, { name: 'power' });
  [m1, m2] = [pods.cluster.member('m1'), pods.cluster.member('m2')];
  await syncDisks(pods.cluster.members);
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

const put = async (value: string): Promise<string> =>
  (await m1.client.perform({ kind: 'put', key: 'k', value }, { deadlineMs: 5000 })).status;

const healthy = (member: Member) =>
  expect.poll(async () => (await member.health()).healthy, { timeout: 15_000 }).toBe(true);

/** Runs `script` with the disk of m1 mounted at `/tmp/look`. */
const onDisk = (script: string): Promise<string> => {
  const disk = ownDisk('a look', m1);
  return disk.session.must(mounted('look', disk, script));
};

test('a member without a disk of its own is refused, with what to ask for', () => {
  const member: PoweredMember = {
    name: 'm7',
    address: '',
    etcdContainer: '',
    kill: async () => {},
  };
  expect(() => powerLoss([member])).toThrow(
    'm7 has no data disk of its own for power-loss: give the cluster some, `disks: { data: 400 * 1024 * 1024 }`.',
  );
  expect(() => powerLoss([])).toThrow('The power of no member at all cannot be cut: name one.');
});

test('what was not synced is gone, and what etcd acknowledged is there', async () => {
  expect(await put('acknowledged')).toBe('ok');
  await onDisk('echo synced >/tmp/look/synced && sync -f /tmp/look && echo lost >/tmp/look/lost');
  const fault = await powerLoss([m1, m2]).prepare('p1');
  await fault.inject();
  expect([m1.state, m2.state]).toEqual(['killed', 'killed']);
  expect(await fault.prove()).toEqual(
    ['m1', 'm2'].map(
      (name) =>
        `a file written to the data disk of ${name} right before the cut is gone, after its journal was replayed`,
    ),
  );
  expect(await onDisk('cat /tmp/look/synced /tmp/look/lost 2>/dev/null; true')).toBe('synced\n');
  await Promise.all([m1.start(), m2.start()]);
  await healthy(m1);
  const read = await m1.client.perform({ kind: 'range', key: 'k' }, { deadlineMs: 5000 });
  expect(read).toMatchObject({ status: 'ok', result: { kvs: [{ value: 'acknowledged' }] } });
}, 60_000);

test('one whose file is still there afterwards did not bite', async () => {
  const fault = await powerLoss([m1]).prepare('p2');
  // The content that the unsynced one would have replaced comes back.
  await onDisk('echo before >/tmp/look/.drill-p2 && sync -f /tmp/look');
  await fault.inject();
  await expect(fault.prove()).rejects.toThrow(
    new FaultUnproved('what was written to the data disk of m1 and not synced survived'),
  );
  await m1.start();
  await healthy(m1);
}, 60_000);

test('a kill alone is no power loss', async () => {
  const fault = await powerLoss([m1]).prepare('p3');
  await m1.kill();
  await expect(fault.prove()).rejects.toThrow(
    new FaultUnproved('the data disk of m1 was unmounted cleanly, with nothing to replay'),
  );
  await m1.start();
  await healthy(m1);
}, 60_000);
