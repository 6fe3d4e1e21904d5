import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'etcd-drill-ci-'));
  mkdirSync(join(folder, '.ci'));
  copyFileSync(new URL('../../.ci/run', import.meta.url), join(folder, '.ci/run'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Stands for npm and drill: each step ends as it is told, the tests with the counts they are told. */
async function ci(steps: {
  lint?: number;
  test?: number;
  counts?: string;
  table?: number;
  drill?: number;
}) {
  const { lint = 0, test: testStatus = 0, counts, table = 0, drill = 0 } = steps;
  const report = counts === undefined ? 'true' : `echo '${counts}' > "\${6#--outputFile=}"`;
  program(
    'npm',
    `case "$*" in
      *lint) exit ${lint};;
      test\\ *) ${report}; exit ${testStatus};;
      *test:table) exit ${table};;
    esac`,
  );
  program(
    'drill',
    `if [ "$1" = node ]; then shift; exec ${process.execPath} "$@"; fi; exit ${drill}`,
  );
  const { stdout, exitCode } = await execa(join(folder, '.ci/run'), {
    reject: false,
    env: { PATH: `${folder}:${process.env['PATH']}` },
  });
  return { lastLine: stdout.split('\n').at(-1), exitCode };
}

test('counts tests and steps', async () => {
  const counts = '{"numPassedTests":40,"numFailedTests":0}';
  expect(await ci({ counts })).toEqual({ lastLine: '44 passed, 0 failed', exitCode: 0 });
});

test('goes on after a step that fails, and ends 1', async () => {
  const counts = '{"numPassedTests":38,"numFailedTests":2}';
  expect(await ci({ lint: 1, test: 1, counts, table: 1, drill: 2 })).toEqual({
    lastLine: '39 passed, 5 failed',
    exitCode: 1,
  });
});

test('a test run that fails without a failed test is a failure', async () => {
  const counts = '{"numPassedTests":40,"numFailedTests":0}';
  expect(await ci({ test: 1, counts })).toEqual({ lastLine: '44 passed, 1 failed', exitCode: 1 });
});

test('a run without any test is a failure', async () => {
  const counts = '{"numPassedTests":0,"numFailedTests":0}';
  expect(await ci({ counts })).toEqual({ lastLine: '4 passed, 1 failed', exitCode: 1 });
  expect(await ci({})).toEqual({ lastLine: '4 passed, 1 failed', exitCode: 1 });
});

function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}
