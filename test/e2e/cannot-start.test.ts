import { chmod, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onEngine } from '../fixtures/docker.ts';
import { drill, startRun } from '../fixtures/drill.ts';
import { scenarioFile } from '../fixtures/scenario-file.ts';

describe('a cluster that cannot start could not run, and leaves nothing', () => {
  test('a member that ends at once: the end of its log is in the message', async () => {
    await using file = await scenarioFile('bad-flag');
    await using run = await startRun([file.path]);
    const { exitCode, stdout } = await run.ended;
    expect(exitCode).toBe(3);
    const { outcome, reasons } = run.json();
    expect(outcome).toBe('error');
    expect(reasons[0]).toMatch(/^m\d \(etcd \S+\) did not start\. Its log:\n/);
    expect(reasons[0]).toContain('invalid value "many" for flag -auth-token-ttl');
    expect(stdout).toContain('invalid value "many" for flag -auth-token-ttl');
    expect(await onEngine(run.name)).toEqual([]);
  });

  test('an image that cannot be pulled', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'drill-e2e-'));
    const words = ['run', 'partition', '--etcd', 'registry:127.0.0.1:1/etcd:v9'];
    const { exitCode, stdout, stderr } = await drill(words, { cwd: folder.path });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain('drill: `--etcd registry:127.0.0.1:1/etcd:v9`: ');
    expect(stderr).toContain('connection refused');
  });

  test('a folder whose programs are not etcd', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'drill-e2e-'));
    for (const name of ['etcd', 'etcdctl']) {
      await writeFile(join(folder.path, name), '#!/bin/sh\nexit 1\n');
      await chmod(join(folder.path, name), 0o755);
    }
    const words = ['run', 'partition', '--etcd', `dir:${folder.path}`];
    const { exitCode, stdout, stderr } = await drill(words, { cwd: folder.path });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain(
      `drill: \`--etcd dir:${folder.path}\`: \`etcd --version\` in the image said `,
    );
  });
});
