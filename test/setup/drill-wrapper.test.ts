import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

let folder: string;
let clone: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'etcd-drill-wrapper-'));
  clone = join(folder, 'a clone');
  mkdirSync(join(clone, 'src/cli'), { recursive: true });
  copyFileSync(new URL('../../drill', import.meta.url), join(clone, 'drill'));
  writeFileSync(join(clone, 'src/cli/main.ts'), main);
  writeFileSync(join(clone, 'package.json'), '{"name":"clone","version":"1.0.0","type":"module"}');
  writeLockfile('1.0.0');
});
afterEach(() => rmSync(folder, { recursive: true }));
vi.setConfig({ testTimeout: 30_000 });

/** Stands for drill: prints what the wrapper gave to it. */
const main = `const words: string[] = process.argv.slice(2);
console.log(JSON.stringify({ words, cwd: process.cwd(), path: process.env.PATH!.split(':')[0] }));`;

describe('in a fresh clone', () => {
  test('installs once, says so once, and leaves arguments and folder alone', async () => {
    const { stdout, stderr } = await drill('run', 'my drill.ts', '--set', 'a=b c');
    expect(JSON.parse(stdout)).toEqual({
      words: ['run', 'my drill.ts', '--set', 'a=b c'],
      cwd: folder,
      path: dirname(process.execPath),
    });
    expect(stderr).toMatch(/^ {2}install dependencies \(npm ci\) … \d+ s$/);
    expect((await drill('list')).stderr).toBe('');
  });

  test('two starts at once install once', async () => {
    const both = await Promise.all([drill('one'), drill('two')]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(both.filter(({ stderr }) => stderr !== '')).toHaveLength(1);
  });

  test('without npm says what to install', async () => {
    const bin = toolsWithout('npm');
    const { exitCode, stderr, stdout } = await drill('list', { PATH: bin });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toBe(
      "drill's dependencies are installed by npm, which this machine lacks. Install Node.js with npm " +
        'from https://nodejs.org, or on Debian and Ubuntu: sudo apt-get install npm',
    );
  });

  test('shows why npm failed, and tries again the next time', async () => {
    writeFileSync(
      join(clone, 'package.json'),
      '{"dependencies":{"drill-no-such-package":"1.0.0"}}',
    );
    const { exitCode, stderr } = await drill('list');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('  install dependencies (npm ci) … failed\n');
    expect(stderr).toContain('\nnpm error ');
    expect(stderr).toMatch(/\nnpm ci failed; its output is above$/);
    expect((await drill('list')).exitCode).toBe(3);
  });
});

test('a lockfile that changed is installed again', async () => {
  await drill('list');
  writeLockfile('1.0.1');
  expect((await drill('list')).stderr).toMatch(/^ {2}install dependencies/);
});

test('works through links', async () => {
  symlinkSync('a clone/drill', join(folder, 'one'));
  symlinkSync('one', join(folder, 'two'));
  const { stdout } = await execa(join(folder, 'two'), ['list'], { cwd: '/' });
  expect(JSON.parse(stdout)).toMatchObject({ words: ['list'], cwd: '/' });
});

test('`drill node` runs Node itself, and passes its exit code on', async () => {
  const { stdout } = await drill('node', { words: ['-p', 'process.execPath'] });
  expect(stdout).toBe(process.execPath);
  expect((await drill('node', { words: ['-e', 'process.exit(7)'] })).exitCode).toBe(7);
});

test('a Node that is too old does not serve', async () => {
  await drill('list');
  const bin = toolsWithout('node');
  writeFileSync(join(bin, 'node'), '#!/bin/sh\necho v24.14.9\n');
  chmodSync(join(bin, 'node'), 0o755);
  const { exitCode, stderr } = await drill('list', { PATH: bin });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr:
      'drill needs Node.js 24.15 or newer; found: v24.14.9. Install it from https://nodejs.org',
  });
});

test('a warm start adds less than 150 ms', async () => {
  await drill('list');
  const addedMs: number[] = [];
  // In pairs: a noisy moment hits both.
  for (let pair = 0; pair < 7; pair++) {
    const wrappedMs = await timeMs(() => drill('list'));
    const directMs = await timeMs(() => execa(process.execPath, [join(clone, 'src/cli/main.ts')]));
    addedMs.push(wrappedMs - directMs);
  }
  expect(addedMs.toSorted((a, b) => a - b)[3]).toBeLessThan(150);
});

async function timeMs(run: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await run();
  return performance.now() - startedMs;
}

function drill(word: string, ...rest: (string | { PATH?: string; words?: string[] })[]) {
  const options = rest.find((item) => typeof item === 'object') ?? {};
  const words = [
    word,
    ...rest.filter((item) => typeof item === 'string'),
    ...(options.words ?? []),
  ];
  return execa(join(clone, 'drill'), words, {
    cwd: folder,
    reject: false,
    env: { PATH: options.PATH ?? `${dirname(process.execPath)}:${process.env['PATH']}` },
  });
}

function writeLockfile(version: string): void {
  const lock = {
    name: 'clone',
    version,
    lockfileVersion: 3,
    packages: { '': { name: 'clone', version } },
  };
  writeFileSync(join(clone, 'package-lock.json'), JSON.stringify(lock));
}

/** A folder for PATH with what the wrapper calls, but for one program. */
function toolsWithout(program: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const tools = 'bash dirname readlink cmp flock uname cat mktemp rm cp mkdir grep head npm node';
  for (const tool of tools.split(' ').filter((name) => name !== program)) {
    symlinkSync(join('/usr/bin', tool), join(bin, tool));
  }
  return bin;
}
