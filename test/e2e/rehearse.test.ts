import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../src/backup/manifest.ts';
import type { Rehearsal } from '../../src/rehearse/rehearsal.ts';
import { openSnapshot } from '../../src/snapshot/open-snapshot.ts';
import { drill, startDrill } from '../fixtures/drill.ts';
import { goldenSnapshot, temporaryFolder, written } from '../fixtures/snapshots.ts';
import { until } from '../fixtures/until.ts';

const env = { DRILL_PASSWORD: 'secret' };
const small = ['--members', '1', '--user', 'root'];
const words = ['--etcd', '3.7.3', ...small];

describe('drill rehearse', { timeout: 180_000 }, () => {
  test('proves what is in a file, and says what comes back with it and where its manifest is wrong', async () => {
    using folder = temporaryFolder();
    const file = written(folder.path, goldenSnapshot('3.7.3'));
    await writeManifest(file, { keys: 192 });
    const { exitCode, stdout } = await drill(['rehearse', file, ...words], {
      env,
      cwd: folder.path,
    });
    const statuses = new Map(
      rehearsalIn(folder.path).verdicts.map(({ assertion, status }) => [assertion, status]),
    );
    expect(Object.fromEntries(statuses)).toEqual({
      file: 'held',
      manifest: 'violated',
      // The file was taken from a cluster without space, and the alarm comes back with it.
      restores: 'violated',
      keyspace: 'held',
      'members-agree': 'held',
      writes: 'violated',
      'keys-stay': 'held',
      alarms: 'violated',
      quota: 'held',
      'next-minor': 'not-exercised',
      live: 'not-exercised',
    });
    expect(stdout).toContain('keys is 191 and should be 192');
    expect(stdout).toContain('191 of 191 keys (14.8 KiB) are served at revision 10');
    expect(exitCode).toBe(1);
    const [page = ''] = globSync(join(folder.path, 'reports/*/report.html'));
    expect(readFileSync(page, 'utf8')).not.toContain('lease 42');
  });

  test('interrupted in the midst, it removes its cluster', async () => {
    using folder = temporaryFolder();
    const file = written(folder.path, goldenSnapshot('3.7.3'));
    await using started = startDrill(['rehearse', file, ...words], { env, cwd: folder.path });
    await until('The restore', 60_000, () => started.says('✓ restore') || undefined);
    started.signal('SIGINT');
    expect((await started.ended).exitCode).toBe(130);
    expect(rehearsalIn(folder.path).outcome).toBe('interrupted');
  });

  test.each<[string, (whole: Buffer) => Buffer, string[], string]>([
    [
      'a file that was cut off',
      (whole) => whole.subarray(0, 30_000),
      words,
      'is cut off: it has 30000 bytes of',
    ],
    [
      'an etcd that is too old',
      (whole) => whole,
      ['--etcd', '3.5.35', ...small],
      'has the storage version 3.7.0, and etcd 3.5.35 is older',
    ],
    [
      'a file with users, and none named',
      (whole) => whole,
      ['--etcd', '3.7.3'],
      'has authentication on (1 users)',
    ],
  ])('refuses %s', async (_what, change, flags, message) => {
    using folder = temporaryFolder();
    const file = written(folder.path, change(goldenSnapshot('3.7.3')));
    const { exitCode, stderr } = await drill(['rehearse', file, ...flags], {
      env,
      cwd: folder.path,
    });
    expect(stderr).toContain(message);
    expect(exitCode).toBe(3);
  });
});

function rehearsalIn(folder: string): Rehearsal {
  const [path = ''] = globSync(join(folder, 'reports/*/run.json'));
  return JSON.parse(readFileSync(path, 'utf8')) as Rehearsal;
}

/** As `drill backup` writes it, but for `wrong`. */
async function writeManifest(file: string, wrong: Partial<Manifest>): Promise<void> {
  const { sizeBytes, sha256, revision, keys, members, version } = await openSnapshot(file);
  const [member = { id: '', name: '' }] = members;
  const manifest: Manifest = {
    format: 1,
    drillVersion: '0.1.0',
    file: 'backup.db',
    takenAt: '2026-01-14T09:30:00.000Z',
    verifiedAt: '2026-01-14T09:30:00.000Z',
    sizeBytes,
    sha256,
    revision,
    acknowledgedRevision: revision,
    keys,
    clusterId: 'cdf818194e3a8c32',
    member: { id: member.id, name: member.name },
    members: members.map(({ name, peerUrls }) => ({ name, peerUrls: [...peerUrls] })),
    etcdVersion: '3.7.3',
    storageVersion: version,
    ...wrong,
  };
  writeFileSync(`${file}.json`, JSON.stringify(manifest));
}
