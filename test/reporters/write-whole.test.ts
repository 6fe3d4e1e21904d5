import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeWhole } from '../../src/reporters/write-whole.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-whole-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('writes the file', async () => {
  await writeWhole(join(folder, 'a'), 'text');
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('text');
});

test('writes one that is for nobody else where asked', async () => {
  const path = join(folder, 'own');
  await writeWhole(path, 'text', 0o600);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.skipIf(process.platform !== 'linux')('leaves none where the disk is full', async () => {
  const path = join(folder, 'b');
  symlinkSync('/dev/full', path);
  await expect(writeWhole(path, 'text')).rejects.toThrow('ENOSPC');
  expect(existsSync(path)).toBe(false);
});
