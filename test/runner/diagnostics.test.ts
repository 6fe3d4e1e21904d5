import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDiagnostics } from '../../src/runner/diagnostics.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a line is in the file when the call returns', () => {
  openDiagnostics(folder).info({ undo: 'x' }, 'undone');
  expect(JSON.parse(readFileSync(join(folder, 'drill.log'), 'utf8'))).toMatchObject({
    undo: 'x',
    msg: 'undone',
  });
});

test.skipIf(process.platform !== 'linux')('a full disk ends the log and throws nothing', () => {
  symlinkSync('/dev/full', join(folder, 'drill.log'));
  const log = openDiagnostics(folder);
  log.error('one');
  log.error('two');
});
