import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writableFolder } from '../../src/cli/writable-folder.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'drill-folder-'));
});
afterAll(() => rmSync(root, { recursive: true }));

test('makes what is missing on the way', () => {
  const path = join(root, 'a/b/c');
  expect(writableFolder(path)).toBe(path);
  expect(existsSync(path)).toBe(true);
  expect(writableFolder(path)).toBe(path);
});

test('refuses a path below a file', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => writableFolder(join(root, 'file/reports'))).toThrow(
    `Reports cannot be written to ${join(root, 'file/reports')}: ENOTDIR`,
  );
});

test.skipIf(process.platform !== 'linux')('refuses /proc, instead of trying for ever', () => {
  expect(() => writableFolder('/proc/drill')).toThrow(
    "Reports cannot be written to /proc/drill: ENOENT: no such file or directory, mkdir '/proc/drill'.",
  );
});
