import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import type { RunJson } from '../../src/reporters/run-json.ts';
import { lines, onEngine } from '../fixtures/docker.ts';
import { drill } from '../fixtures/drill.ts';

const mayMount = process.platform === 'linux' && process.getuid?.() === 0;

describe('what a run writes to goes away while it runs', () => {
  test.skipIf(!mayMount)(
    'a full disk ends it by name; nothing is left, no half report',
    async () => {
      await using folder = await mkdtempDisposable(join(tmpdir(), 'drill-e2e-'));
      await execa('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', folder.path]);
      try {
        const { exitCode, stdout } = await drill(['run', 'partition', '--output', folder.path]);
        expect(exitCode).toBe(3);
        expect(stdout).toMatch(/The (history|journal) could not be written|Could not write/);
        expect(stdout).toContain('ENOSPC');
        const run = /partition-\d{8}-\d{6}-[0-9a-f]{4}/.exec(stdout)?.[0] ?? '';
        expect(run).not.toBe('');
        expect(await onEngine(run)).toEqual([]);
        // A report is named only where it was written whole.
        const named = /^ {2}Report +(\S+)$/m.exec(stdout)?.[1];
        expect(named === undefined || existsSync(resolve(tmpdir(), named))).toBe(true);
        expect(stdout.includes('warning: the html reporter failed') && named !== undefined).toBe(
          false,
        );
      } finally {
        await execa('umount', [folder.path]);
      }
    },
  );

  test('a reader that goes away ends nothing: the run goes on to its end and removes everything', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'drill-e2e-'));
    const script = `"$0" run partition --set hold=1s --output "$1" | head -n 1; exit "\${PIPESTATUS[0]}"`;
    const words = ['-c', script, resolve('drill'), folder.path];
    const { exitCode, stderr, stdout } = await execa('bash', words, { reject: false });
    expect(lines(stdout)).toHaveLength(1);
    expect(stderr).not.toContain('EPIPE');
    // Whether so short a cut met enough writes to mean something is not asked here: that it was judged is.
    const [run = ''] = readdirSync(folder.path);
    const judged = JSON.parse(readFileSync(join(folder.path, run, 'run.json'), 'utf8')) as RunJson;
    expect(judged.reasons).toEqual([]);
    expect(judged.verdicts.map(({ status }) => status)).not.toContain('violated');
    expect(exitCode).toBe(judged.exitCode);
    expect([0, 2]).toContain(exitCode);
    const { stdout: clean } = await drill(['clean']);
    expect(clean).not.toContain('removed partition');
  });
});
