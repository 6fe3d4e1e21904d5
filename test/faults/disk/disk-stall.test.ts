import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallestDiskBytes } from '../../../src/cluster/spec.ts';
import type { Member } from '../../../src/cluster/member.ts';
import { diskStall } from '../../../src/faults/disk/disk-stall.ts';
import { ownDisk } from '../../../src/faults/disk/own-disk.ts';
import { bounded, mounted } from '../../../src/faults/disk/mounted.ts';
import { FaultUnproved, type PreparedFault } from '../../../src/faults/fault.ts';
import { type Pods, startPods } from '../../fixtures/pods.ts';

let pods: Pods;
let m1: Member;
beforeAll(async () => {
  pods = await startPods({ members: 1, disks: { data: smallestDiskBytes } }, { name: 'stall' });
  m1 = pods.cluster.member('m1');
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

let puts = 0;
const put = async (deadlineMs = 10_000): Promise<string> => {
  const request = { kind: 'put', key: 'k', value: `${++puts}` } as const;
  return (await m1.client.perform(request, { deadlineMs })).status;
};

let id = 0;
async function prepared(): Promise<PreparedFault> {
  return diskStall(m1).prepare(`stall${++id}`);
}

test('a member without a disk of its own is refused, with what to ask for', () => {
  expect(() => diskStall({ name: 'm7', address: '10.0.0.7' })).toThrow(
    'm7 has no data disk of its own for disk-stall: give the cluster some, `disks: { data: 400 * 1024 * 1024 }`.',
  );
});

test('writes hang while it lasts, the process answers, and it comes off without a trace', async () => {
  expect(await put()).toBe('ok');
  const fault = await prepared();
  await fault.inject();
  try {
    expect(await fault.prove()).toEqual([
      'the data disk of m1 is frozen: freezing it again is refused as busy',
    ]);
    expect(await put(1500)).toBe('unknown');
    // Not its status: from 3.6 on that reads the storage version, and waits for the backend.
    const signal = AbortSignal.timeout(2000);
    expect((await fetch(`http://${m1.clientAddress}/metrics`, { signal })).status).toBe(200);
    await fault.stillBites();
  } finally {
    await fault.heal();
  }
  expect(await fault.proveHealed()).toEqual([
    'the data disk of m1 is not frozen: thawing it is refused as invalid',
  ]);
  expect(await put()).toBe('ok');
}, 60_000);

test('what it holds up is given up, says so, and does nothing more once it is let go', async () => {
  const disk = ownDisk('disk-stall', m1);
  const { session } = disk;
  const script = `echo held up >"$at/held-up"; touch /tmp/after-it`;
  const fault = await prepared();
  await fault.inject();
  try {
    expect(await session.run(bounded('late', mounted('late', disk, script)), 60_000)).toEqual({
      code: 124,
      stdout: '',
      stderr:
        'did not finish in 7 s, and goes on hanging until the disk lets go: does the disk hang?\n',
    });
  } finally {
    await fault.heal();
  }
  // The write that the kernel held is through when the next one is.
  await session.must(mounted('next', disk, 'echo >"$at/next" && sync "$at/next" && rm "$at/next"'));
  expect(await session.must('ls /tmp; grep /tmp/late /proc/mounts; true')).not.toMatch(
    /late|after/,
  );
}, 60_000);

test('one that was not injected, or came off by itself, is not proved', async () => {
  const fault = await prepared();
  await expect(fault.prove()).rejects.toThrow(FaultUnproved);
  await fault.inject();
  // What the helper runs by itself when the runner is gone; twice does nothing.
  const [script = ''] = fault.undoScripts.values();
  await m1.disk?.session.must(script);
  await m1.disk?.session.must(script);
  await expect(fault.stillBites()).rejects.toThrow(/^the data disk of m1 was not frozen \(/);
  expect(await put()).toBe('ok');
}, 60_000);

test('a look at one that was thawed behind its back does not freeze it anew', async () => {
  const fault = await prepared();
  await fault.inject();
  await m1.disk?.session.must(`fsfreeze -u /tmp/stall${id}`);
  await expect(fault.stillBites()).rejects.toThrow(
    'the data disk of m1 was not frozen (it could be frozen)',
  );
  expect(await put()).toBe('ok');
  await fault.heal();
}, 60_000);

test('an undo that could not thaw has failed, so that the lease tries again', async () => {
  const fault = await prepared();
  const [script = ''] = fault.undoScripts.values();
  const session = m1.disk!.session;
  const refusal = 'fsfreeze: unfreeze failed: Input/output error';
  const failing = `fsfreeze() { echo '${refusal}' >&2; return 1; }`;
  await session.must(`mkdir -p /tmp/stall${id} && mount -t tmpfs none /tmp/stall${id}`);
  try {
    expect(await session.run(`${failing}\n${script}`)).toMatchObject({
      code: 1,
      stderr: `${refusal}\n`,
    });
  } finally {
    await session.must(`umount /tmp/stall${id}`);
  }
}, 60_000);

test('one that is still on is not called healed', async () => {
  const fault = await prepared();
  await fault.inject();
  try {
    await expect(fault.proveHealed()).rejects.toThrow(/^the data disk of m1 was still frozen \(/);
  } finally {
    await fault.heal();
  }
  expect(await put()).toBe('ok');
}, 60_000);

test('what to do by hand undoes it', async () => {
  const fault = await prepared();
  await fault.inject();
  const [command = ''] = fault.commands.heal;
  const [, script = ''] = /sh -c '(.*)'$/.exec(command) ?? [];
  await m1.disk?.session.run(script);
  expect(await put()).toBe('ok');
  await fault.heal();
}, 60_000);
