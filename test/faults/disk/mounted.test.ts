import { randomUUID } from 'node:crypto';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { bounded } from '../../../src/faults/disk/mounted.ts';
import { lines } from '../../fixtures/docker.ts';

const sh = (script: string) => execa('sh', ['-c', script], { reject: false });

test('a script that ends in time ends with its own status and output', async () => {
  const { exitCode, stdout } = await sh(bounded(randomUUID(), 'echo done; exit 7'));
  expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: 'done' });
});

test('one that hangs is given up by the clock, even where each sleep between looks takes longer', async () => {
  const slowly = 'sleep() { command sleep 1; echo nap; }';
  const hanging = bounded(randomUUID(), 'exec sleep 10 >/dev/null 2>&1');
  const { exitCode, stdout, stderr } = await sh(`${slowly}\n${hanging}`);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 124,
    stderr: 'did not finish in 8 s: does the disk hang?',
  });
  expect(lines(stdout).length).toBeLessThan(12);
}, 30_000);
