import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { refusals, trialWrite } from '../../../src/faults/disk/trial-write.ts';

const sh = (script: string) => execa('sh', ['-c', script], { reject: false });

test('a file system that takes writes keeps nothing of the trial', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drill-trial-'));
  try {
    const { exitCode, stderr } = await sh(trialWrite(folder));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what keeps it from being tried ends with the kernel's error, which is no refusal", async () => {
  const { exitCode, stderr } = await sh(trialWrite('/nowhere'));
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: 'No such file or directory' });
  expect(refusals).not.toHaveProperty('2');
});
