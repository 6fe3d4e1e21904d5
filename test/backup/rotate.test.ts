import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../src/backup/manifest.ts';
import { readRetention } from '../../src/backup/read-retention.ts';
import { exitCode } from '../../src/errors.ts';
import { expired, type KeptBackup, rotate } from '../../src/backup/rotate.ts';
import { temporaryFolder } from '../fixtures/snapshots.ts';

const dayMs = 86_400_000;
const nowMs = Date.parse('2026-06-30T12:00:00Z');

function manifest(agedDays: number, over: Partial<Manifest> = {}): Manifest {
  return {
    format: 1,
    drillVersion: '0.1.0',
    file: `etcd-${agedDays}-r9.db`,
    takenAt: new Date(nowMs - agedDays * dayMs).toISOString(),
    verifiedAt: new Date(nowMs - agedDays * dayMs).toISOString(),
    sizeBytes: 4,
    sha256: '0'.repeat(64),
    revision: 9,
    acknowledgedRevision: 8,
    keys: 1,
    clusterId: 'c1',
    member: { id: 'a', name: 'm1' },
    members: [{ name: 'm1', peerUrls: ['http://10.0.0.1:2380'] }],
    etcdVersion: '3.7.3',
    storageVersion: '3.7.0',
    ...over,
  };
}

const kept = (agedDays: number, over: Partial<KeptBackup> = {}): KeptBackup => ({
  path: `${agedDays} days`,
  manifest: manifest(agedDays),
  isWhole: true,
  ...over,
});

describe('what no rule keeps', () => {
  /** The first was just taken. */
  const names = (
    backups: [KeptBackup, ...KeptBackup[]],
    keep: string | undefined,
    last: string | undefined,
  ) => expired(backups, backups[0], readRetention(keep, last), nowMs).map(({ path }) => path);
  const weeks: [KeptBackup, ...KeptBackup[]] = [kept(1), kept(20), kept(10), kept(5)];

  test('is nothing without a rule', () => expect(names(weeks, undefined, undefined)).toEqual([]));

  test('is what is older, or beyond the newest so many, or both', () => {
    expect(names(weeks, '7d', undefined)).toEqual(['10 days', '20 days']);
    expect(names(weeks, undefined, '1')).toEqual(['5 days', '10 days', '20 days']);
    expect(names(weeks, '7d', '3')).toEqual(['20 days']);
  });

  test('is never the one just taken, however old, and whatever the clock of another said', () => {
    const broken = kept(30, { isWhole: false });
    expect(names([kept(40), kept(50), broken], '1d', undefined)).toEqual(['30 days', '50 days']);
    expect(names([kept(50), broken], undefined, '1')).toEqual(['30 days']);
    expect(names([kept(0), kept(-9), kept(3)], undefined, '1')).toEqual(['3 days']);
  });

  test("is never another cluster's", () => {
    const other = kept(90, { manifest: manifest(90, { clusterId: 'c2' }) });
    expect(names([kept(1), other], '1h', undefined)).toEqual([]);
  });
});

test('what drill did not make is left alone', async () => {
  using folder = temporaryFolder();
  const write = (name: string, text: string): void => writeFileSync(join(folder.path, name), text);
  for (const days of [1, 10, 20]) {
    write(`etcd-${days}-r9.db`, 'hash');
    write(`etcd-${days}-r9.db.json`, JSON.stringify(manifest(days)));
  }
  const strangers = [
    'etcd-30-r9.db',
    'snapshot.db',
    'etcd-40-r9.db',
    'etcd-50-r9.db',
    'notes.json',
  ];
  for (const name of strangers) write(name, 'hash');
  write('etcd-40-r9.db.json', '{"hello": "world"}');
  // Of another file: somebody copied it.
  write('etcd-50-r9.db.json', JSON.stringify(manifest(20)));
  const taken = { path: join(folder.path, 'etcd-1-r9.db'), manifest: manifest(1) };
  const removed = await rotate(folder.path, taken, { withinMs: 5 * dayMs }, nowMs);
  expect(removed).toEqual([10, 20].map((days) => join(folder.path, `etcd-${days}-r9.db`)));
  expect(readdirSync(folder.path).toSorted()).toEqual(
    [
      'etcd-1-r9.db',
      'etcd-1-r9.db.json',
      ...strangers,
      'etcd-40-r9.db.json',
      'etcd-50-r9.db.json',
    ].toSorted(),
  );
});

test('what cannot be removed is told with the backup that stays', async () => {
  using folder = temporaryFolder();
  // A folder where its file should be.
  mkdirSync(join(folder.path, 'etcd-20-r9.db'));
  writeFileSync(join(folder.path, 'etcd-20-r9.db.json'), JSON.stringify(manifest(20)));
  const taken = { path: join(folder.path, 'etcd-1-r9.db'), manifest: manifest(1) };
  const work = rotate(folder.path, taken, { withinMs: 5 * dayMs }, nowMs);
  await expect(work).rejects.toMatchObject({
    code: exitCode.couldNotRun,
    message: expect.stringMatching(
      /^The new backup \S+etcd-1-r9\.db is whole and stays, but older ones could not be removed: .*etcd-20-r9\.db.*\. Remove them by hand, or let this user write to \S+; without it the disk will be full one day\.$/,
    ) as string,
  });
});

test.each([
  ['7', undefined, '`--keep 7` is no age: expected a number with `h`, `d` or `w`, for example 7d.'],
  [
    '0d',
    undefined,
    '`--keep 0d` is no age: expected a number with `h`, `d` or `w`, for example 7d.',
  ],
  [undefined, '0', '`--keep-last 0` is no number of backups: expected 1 or more.'],
])('--keep %s, --keep-last %s is refused', (keep, last, message) => {
  expect(() => readRetention(keep, last)).toThrow(message);
});
