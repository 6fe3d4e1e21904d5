import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-check-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const check = (...words: string[]) =>
  execa(resolve('drill'), ['check', ...words], { reject: false, env: { NO_COLOR: '1' } });

function historyFile(lines: readonly string[]): string {
  const path = join(folder, 'history.log');
  writeFileSync(path, lines.map((line) => `INFO  jepsen.util - ${line}\n`).join(''));
  return path;
}

test('a linearizable history of another tool ends 0', async () => {
  const path = historyFile([
    '0\t:invoke\t:write\t1',
    '0\t:ok\t:write\t1',
    '1\t:invoke\t:read\tnil',
    '1\t:ok\t:read\t1',
  ]);
  const { exitCode, stdout } = await check('--format', 'jepsen-register', path);
  expect(stdout).toBe('2 operations: linearizable');
  expect(exitCode).toBe(0);
});

test('a stale read ends 1, with the operations that show it', async () => {
  const path = historyFile([
    '0\t:invoke\t:write\t1',
    '0\t:ok\t:write\t1',
    '0\t:invoke\t:write\t2',
    '0\t:ok\t:write\t2',
    '1\t:invoke\t:read\tnil',
    '1\t:ok\t:read\t1',
  ]);
  const { exitCode, stdout } = await check('--format', 'jepsen-register', path);
  expect(stdout).toBe(
    '3 operations: not linearizable\n' +
      '  client 0 wrote 1; then client 0 wrote 2; then client 1 read 1: no order of these is possible, whenever the others happened',
  );
  expect(exitCode).toBe(1);
});

test('a file that is none is refused', async () => {
  const { exitCode, stderr } = await check('--format', 'jepsen-kv', join(folder, 'none'));
  expect(stderr).toContain(`Could not read the history ${join(folder, 'none')}: ENOENT`);
  expect(exitCode).toBe(3);
});
