import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UndoTaken, injecting } from '../../src/cluster/injection.ts';
import { leaseExpired, registerUndo } from '../../src/cluster/lease.ts';
import { openSession } from '../../src/cluster/session.ts';
import { type LeaseHolder, leaseRunsOut, startLeaseHolder } from '../fixtures/lease-holder.ts';

let holder: LeaseHolder;
beforeAll(async () => {
  holder = await startLeaseHolder('injection');
}, 60_000);
afterAll(() => holder?.[Symbol.asyncDispose](), 60_000);

/** Registers what takes `/tmp/<fault>` away again. */
const register = (fault: string): Promise<void> =>
  registerUndo(holder.session, { fault, title: fault, script: `rm -f /tmp/${fault}` });
const isOn = async (fault: string): Promise<boolean> =>
  (await holder.session.run(`[ -e /tmp/${fault} ]`)).code === 0;
const isTakenOff = (fault: string): Promise<boolean> => leaseExpired(holder.session, fault);

test('what is under way when the lease runs out is undone once it has landed', async () => {
  await register('i1');
  await using inflight = await openSession(holder.container, 'the dead runner’s shell');
  const landing = injecting('i1', [inflight], async () => {
    await inflight.must('touch /tmp/begun; sleep 3; touch /tmp/i1');
  });
  await expect.poll(() => isOn('begun'), { timeout: 5000 }).toBe(true);
  await leaseRunsOut(holder);
  await landing;
  await expect.poll(() => isTakenOff('i1'), { timeout: 10_000 }).toBe(true);
  expect(await isOn('i1')).toBe(false);
}, 20_000);

test('what comes behind the undo does not land, and says why', async () => {
  await register('i2');
  await using own = await openSession(holder.container, 'the sidecar of m1');
  const late = injecting('i2', [own], async () => {
    await own.must('touch /tmp/i2');
    await leaseRunsOut(holder);
    await expect.poll(() => isTakenOff('i2'), { timeout: 10_000 }).toBe(true);
    await own.must('touch /tmp/i2');
  });
  await expect(late).rejects.toThrow(
    new UndoTaken('the sidecar of m1 took i2 off while it was being injected'),
  );
  expect(await isOn('i2')).toBe(false);
}, 20_000);

test('a command of it is ended in the container, too, when nobody waits for it any more', async () => {
  await register('i3');
  await using own = await openSession(holder.container, 'a shell');
  const hung = injecting('i3', [own], async () => void (await own.must('sleep 300', 1000)));
  await expect(hung).rejects.toThrow('a shell did not finish `sleep 300` in 1000 ms');
  await expect
    .poll(() => holder.session.run('pgrep -f "^sleep 300"'), { timeout: 5000 })
    .toMatchObject({ code: 1 });
}, 20_000);

test('only its own commands, where its undo is registered, and only while it injects', async () => {
  const { session } = holder;
  await using elsewhere = await openSession(holder.container, 'elsewhere');
  let background: Promise<string> | undefined;
  const unregistered = injecting('i4', [session], async () => {
    await elsewhere.must('touch /tmp/elsewhere');
    background = pause(200).then(() => session.must('echo later'));
    await session.must('touch /tmp/i4');
  });
  await session.must('touch /tmp/beside');
  await expect(unregistered).rejects.toThrow(UndoTaken);
  expect(await background).toBe('later\n');
  expect([await isOn('elsewhere'), await isOn('beside'), await isOn('i4')]).toEqual([
    true,
    true,
    false,
  ]);
});
