import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Lease,
  boundUndo,
  endLease,
  forgetUndo,
  holdUndo,
  keepLease,
  leaseExpired,
  registerUndo,
} from '../../src/cluster/lease.ts';
import { listRuns } from '../../src/cluster/list-runs.ts';
import { labelsFor } from '../../src/cluster/naming.ts';
import { removeRun } from '../../src/cluster/remove-run.ts';
import { healNow, listUndo } from '../../src/cluster/undo-shell.ts';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { type LeaseHolder, leaseRunsOut, startLeaseHolder } from '../fixtures/lease-holder.ts';
import { leftOf, newRun, silently } from '../fixtures/pods.ts';

const engine = await connectEngine({ env: process.env });
const runs: string[] = [];

const undo = (fault: string, script: string) => ({ fault, title: `the fault ${fault}`, script });

let renewed: LeaseHolder, left: LeaseHolder, kept: LeaseHolder;
let lost = 0;
let lease: Lease;
beforeAll(async () => {
  [renewed, left, kept] = await Promise.all([
    startLeaseHolder('renewed'),
    startLeaseHolder('left'),
    startLeaseHolder('kept'),
  ]);
  lease = await keepLease(renewed.container, 'renewed', () => (lost += 1));
  await kept.session.must('touch /run/drill/kept');
  for (const { session } of [renewed, left])
    await registerUndo(session, undo('f1', "echo 'off' >/tmp/f1"));
  await registerUndo(left.session, undo('f2', '[ -e /tmp/allowed ]'));
  await registerUndo(left.session, undo('f3', 'echo off >/tmp/f3'));
  await registerUndo(left.session, undo('forgotten', 'echo off >/tmp/forgotten'));
  await forgetUndo(left.session, 'forgotten');
}, 60_000);
afterAll(async () => {
  await lease?.[Symbol.asyncDispose]();
  for (const holder of [renewed, left, kept]) await holder?.[Symbol.asyncDispose]();
  for (const run of runs) await removeRun(engine, run);
  expect(await Promise.all(runs.map((run) => leftOf(engine, run)))).toEqual(runs.map(() => []));
}, 60_000);

const stateOf = async ({ run }: LeaseHolder) =>
  (await listRuns(engine)).find((each) => each.run === run)?.state;

test('a run that has only just begun is alive', async () => {
  expect(await stateOf(left)).toBe('alive');
});

test('within 10 s of its last sign of life a run is dead and its faults are off', async () => {
  await expect.poll(() => leaseExpired(left.session, 'f1'), { timeout: 10_000 }).toBe(true);
  expect(await left.session.must('cat /tmp/f1')).toBe('off\n');
  expect(await stateOf(left)).toBe('dead');
}, 15_000);

test('an undo that fails stops no other, and is tried until it works', async () => {
  await expect.poll(() => leaseExpired(left.session, 'f3'), { timeout: 5000 }).toBe(true);
  expect(await leaseExpired(left.session, 'f2')).toBe(false);
  await left.session.must('touch /tmp/allowed');
  await expect.poll(() => leaseExpired(left.session, 'f2'), { timeout: 5000 }).toBe(true);
  expect(await left.session.run('[ -e /tmp/forgotten ]')).toMatchObject({ code: 1 });
}, 15_000);

test('meanwhile the run whose lease is renewed is alive, and nothing of it is undone', async () => {
  expect(await stateOf(renewed)).toBe('alive');
  expect(await leaseExpired(renewed.session, 'f1')).toBe(false);
  expect(await renewed.session.run('[ -e /tmp/f1 ]')).toMatchObject({ code: 1 });
});

test('behind a long command the lease is renewed, and a reader finds the old one or the new, whole', async () => {
  const script = 'exec 3</run/drill/runner/lease; sleep 2; cat <&3; cat /run/drill/runner/lease';
  const [old, now, ...more] = (await renewed.session.must(script)).trim().split('\n').map(Number);
  expect(now).toBeGreaterThan(old!);
  expect(more).toEqual([]);
}, 15_000);

test('a fault comes off when its own owner is gone, although the runner renews its lease', async () => {
  await registerUndo(renewed.session, undo('h1', 'echo off >/tmp/h1'), 'h1');
  expect(await renewed.session.must(listUndo)).toBe('h1 h1 the fault h1\nrunner f1 the fault f1\n');
  await expect
    .poll(() => leaseExpired(renewed.session, 'h1', 'h1'), { timeout: 10_000 })
    .toBe(true);
  expect(await renewed.session.must('cat /tmp/h1')).toBe('off\n');
  expect(await leaseExpired(renewed.session, 'f1')).toBe(false);
  await endLease(renewed.session, 'h1');
  expect(await renewed.session.must('ls /run/drill')).not.toContain('h1');
}, 15_000);

test('a fault whose time is up comes off, although its owner lives', async () => {
  const own = await keepLease(renewed.container, 'renewed', () => undefined, 'h2');
  await registerUndo(renewed.session, undo('h2', 'echo off >/tmp/h2'), 'h2');
  await registerUndo(renewed.session, undo('h3', 'echo off >/tmp/h3'), 'h2');
  await boundUndo(renewed.session, 'h2', 1, 'h2');
  await boundUndo(renewed.session, 'h3', 60, 'h2');
  await expect.poll(() => leaseExpired(renewed.session, 'h2', 'h2'), { timeout: 5000 }).toBe(true);
  expect(await leaseExpired(renewed.session, 'h3', 'h2')).toBe(false);
  await endLease(renewed.session, 'h2');
  expect(await renewed.session.must(listUndo)).toContain('h2 h3 the fault h3\n');
  await own[Symbol.asyncDispose]();
  await forgetUndo(renewed.session, 'h3', 'h2');
  await endLease(renewed.session, 'h2');
}, 15_000);

test('a heal from outside waits for what the container takes off at this moment, and each runs once', async () => {
  const script = 'echo begun >>/tmp/slow; sleep 2; echo off >>/tmp/slow';
  await registerUndo(renewed.session, undo('h4', script), 'h4');
  await leaseRunsOut(renewed, 'h4');
  await expect
    .poll(() => renewed.session.run('cat /tmp/slow'), { timeout: 5000 })
    .toMatchObject({ stdout: 'begun\n' });
  await holdUndo(renewed.session, 'h4', 'h4');
  expect(await renewed.session.must('cat /tmp/slow')).toBe('begun\noff\n');
  expect(await renewed.session.must(healNow('h4'))).toBe('');
  await endLease(renewed.session, 'h4');
}, 15_000);

test('a heal from outside runs what is registered, and says what it could not take off', async () => {
  const own = await keepLease(renewed.container, 'renewed', () => undefined, 'h5');
  await registerUndo(renewed.session, undo('h5', 'echo off >/tmp/h5'), 'h5');
  await registerUndo(renewed.session, undo('h6', 'echo too busy >&2; exit 1'), 'h5');
  const { code, stdout, stderr } = await renewed.session.run(`${healNow('h5')}\n${healNow('h6')}`);
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: 'off h5 the fault h5\non h6 the fault h6\n',
    stderr: 'too busy\n',
  });
  expect(await leaseExpired(renewed.session, 'h5', 'h5')).toBe(false);
  await own[Symbol.asyncDispose]();
  await forgetUndo(renewed.session, 'h6', 'h5');
  await endLease(renewed.session, 'h5');
});

test('a run whose helper runs but cannot be asked is not called dead', async () => {
  const run = newRun('silent');
  runs.push(run);
  const container = await engine.docker.createContainer({
    Image: await ensureToolbox({ engine, announce: silently }),
    Entrypoint: ['sleep', '300'], // holds no lease
    Labels: labelsFor({ run, drill: 'silent' }, 'helper'),
    HostConfig: { NetworkMode: 'none', Init: true },
  });
  await container.start();
  const stateAt = async (inMs: number) =>
    (await listRuns(engineAt(Date.now() + inMs))).find((each) => each.run === run)?.state;
  expect(await stateAt(0)).toBe('alive');
  expect(await stateAt(3_600_000)).toBe('silent');
  await container.kill();
  expect(await stateAt(0)).toBe('alive');
  expect(await stateAt(3_600_000)).toBe('dead');
}, 30_000);

/** The engine with another clock. */
function engineAt(timeMs: number): typeof engine {
  const info = async () => ({ SystemTime: new Date(timeMs).toISOString() });
  return { ...engine, docker: Object.assign(Object.create(engine.docker) as Docker, { info }) };
}

test('a run that was left up on purpose is kept', async () => {
  await expect.poll(() => stateOf(kept), { timeout: 10_000 }).toBe('kept');
}, 15_000);

test('a holder that is gone is told of once, and its run is dead when nothing young is left', async () => {
  await renewed.container.remove({ force: true });
  await expect.poll(() => lost, { timeout: 5000 }).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(lost).toBe(1);
  expect(await stateOf(renewed)).toBeUndefined();
});
