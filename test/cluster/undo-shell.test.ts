import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetUndo, leaseExpired, registerUndo } from '../../src/cluster/lease.ts';
import { healNow } from '../../src/cluster/undo-shell.ts';
import { type LeaseHolder, leaseRunsOut, startLeaseHolder } from '../fixtures/lease-holder.ts';

let holder: LeaseHolder;
beforeAll(async () => {
  holder = await startLeaseHolder('undo');
}, 60_000);
afterAll(() => holder?.[Symbol.asyncDispose](), 60_000);

const register = (fault: string, script: string, owner?: string): Promise<void> =>
  registerUndo(holder.session, { fault, title: `the fault ${fault}`, script }, owner);

test('undos that hang keep no other from running within 10 s', async () => {
  await register('b', 'echo off >/tmp/b');
  for (const fault of ['c', 'd']) await register(fault, 'trap "" TERM; sleep 30');
  await register('f', 'echo off >/tmp/f');
  await expect.poll(() => leaseExpired(holder.session, 'b'), { timeout: 10_000 }).toBe(true);
  expect(await leaseExpired(holder.session, 'f')).toBe(true);
  expect(await holder.session.must('ls /run/drill/runner/undo')).toBe('c\nd\n');
  for (const fault of ['c', 'd']) await forgetUndo(holder.session, fault);
}, 20_000);

test('the newest comes off first, where each takes no longer than undos do', async () => {
  for (const fault of ['k2', 'k1', 'k3'])
    await register(fault, `sleep 0.1; echo ${fault} >>/tmp/k`);
  await leaseRunsOut(holder);
  await expect.poll(() => leaseExpired(holder.session, 'k2'), { timeout: 5000 }).toBe(true);
  expect(await holder.session.must('cat /tmp/k')).toBe('k3\nk1\nk2\n');
}, 10_000);

test('a heal from outside tries again what another fault was in the way of', async () => {
  await register('l1', 'touch /tmp/l1', 'h1');
  await register('l2', '[ -e /tmp/l1 ]', 'h1');
  expect(await holder.session.must(healNow())).toBe('off l2 the fault l2\noff l1 the fault l1\n');
});

test('a container that is stopped takes its faults off before it ends', async () => {
  await register('s1', 'touch /tmp/s1; echo s1 is off');
  await register('s2', '[ -e /tmp/s1 ] && echo s2 is off', 'h1');
  await register('s3', 'trap "" TERM; sleep 30');
  await holder.container.stop();
  const logs = await holder.container.logs({ stdout: true });
  expect(logs.toString()).toContain('s1 is off');
  expect(logs.toString()).toContain('s2 is off');
}, 30_000);
