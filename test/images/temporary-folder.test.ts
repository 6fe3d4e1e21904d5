import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { withTemporaryFolder } from '../../src/images/temporary-folder.ts';

test('the folder is there while it is used, and no longer', async () => {
  const folder = await withTemporaryFolder('test', async (used) => {
    expect(existsSync(used)).toBe(true);
    return used;
  });
  expect(existsSync(folder)).toBe(false);
  const failed = withTemporaryFolder('test', () => Promise.reject(new Error('no disk')));
  await expect(failed).rejects.toThrow('no disk');
});

/** Prints its folder and the process id of a program that works in it. */
const script = `
import { setTimeout } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { withTemporaryFolder } from './src/images/temporary-folder.ts';
import { runProgram } from './src/setup/run-program.ts';
await withTemporaryFolder('test', async (folder, signal) => {
  const program = runProgram('sh', ['-c', 'echo $$ >pid; exec sleep 300'], { cwd: folder, signal });
  await setTimeout(500);
  console.log(folder + ' ' + readFileSync(folder + '/pid', 'utf8'));
  await program;
});`;

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s takes the folder and the program in it along',
  async (signal) => {
    const root = new URL('../..', import.meta.url).pathname;
    const child = execa(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      reject: false,
    });
    const [folder = '', pid = ''] = await new Promise<string[]>((resolve) =>
      child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim().split(' '))),
    );
    expect(existsSync(folder)).toBe(true);
    child.kill(signal);
    expect((await child).signal).toBe(signal);
    expect(existsSync(folder)).toBe(false);
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 5000 }).toBe(false);
  },
  15_000,
);
