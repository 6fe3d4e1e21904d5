import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { withLock } from '../../src/setup/lock.ts';

test('runs tasks of one name one after the other', async () => {
  const name = crypto.randomUUID();
  let running = 0;
  let most = 0;
  const task = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
  };
  await Promise.all([withLock(name, task), withLock(name, task), withLock(name, task)]);
  expect(most).toBe(1);
});

test('an owner that fails gives the lock back', async () => {
  const name = crypto.randomUUID();
  await expect(withLock(name, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(name, async () => 7)).toBe(7);
});

test('holds against another process, until that is killed', async () => {
  const name = crypto.randomUUID();
  const lock = new URL('../../src/setup/lock.ts', import.meta.url).href;
  const script = `import { withLock } from '${lock}';
    await withLock('${name}', () => new Promise((end) => { console.log('held'); setTimeout(end, 1e6); }));`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  await once(owner.stdout, 'data');
  let taken = false;
  const mine = withLock(name, async () => (taken = true));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(taken).toBe(false);
  owner.kill('SIGKILL');
  await mine;
  expect(taken).toBe(true);
});
