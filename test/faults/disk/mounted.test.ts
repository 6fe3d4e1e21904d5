import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { bounded } from '../../../src/faults/disk/mounted.ts';
import { lines } from '../../fixtures/docker.ts';
import { temporaryFolder } from '../../fixtures/snapshots.ts';

const run = (id: string, script: string) =>
  execa('sh', ['-c', bounded(`drill-test-${id}-${process.pid}`, script)], { reject: false });

describe.concurrent('a script that is waited for', () => {
  test('passes on what it prints, and its end', async () => {
    expect(await run('ends', `echo "it's done"; echo but >&2; exit 7`)).toMatchObject({
      exitCode: 7,
      stdout: "it's done",
      stderr: 'but',
    });
  });

  test('is ended with all that it started, so that nothing of it acts later', async () => {
    using folder = temporaryFolder();
    const late = join(folder.path, 'late');
    // As what a disk holds up: the shell waits for it, and goes on with the next once it is through.
    const script = `trap '' TERM; (sleep 9; touch ${late}-below) & sleep 9; touch ${late}`;
    expect(await run('hangs', script)).toMatchObject({
      exitCode: 124,
      stdout: '',
      stderr: 'did not finish in 7 s, and was ended: does the disk hang?',
    });
    await pause(3000);
    expect([late, `${late}-below`].filter((path) => existsSync(path))).toEqual([]);
  }, 30_000);

  test('is given up by the clock, even where each sleep between looks takes longer', async () => {
    const slowly = 'sleep() { command sleep 1; echo nap; }';
    const script = bounded(`drill-test-slow-${process.pid}`, 'exec sleep 10 >/dev/null 2>&1');
    const { exitCode, stdout } = await execa('sh', ['-c', `${slowly}\n${script}`], {
      reject: false,
    });
    expect(exitCode).toBe(124);
    expect(lines(stdout).length).toBeLessThan(12);
  }, 30_000);
});
