import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../src/backup/manifest.ts';
import { verifyBackup } from '../../src/backup/verify-backup.ts';
import { messageOf } from '../../src/errors.ts';
import type { Tool } from '../../src/restore/find-tool.ts';
import { readMembers } from '../../src/restore/planned-member.ts';
import { settlePlan } from '../../src/restore/settle-plan.ts';
import { openSnapshot } from '../../src/snapshot/open-snapshot.ts';
import { changed, goldenSnapshot, temporaryFolder, written } from '../fixtures/snapshots.ts';
import { treeHash } from '../fixtures/tree-hash.ts';

const whole = goldenSnapshot('3.7.3');
const pageBytes = 4096;
const folder = temporaryFolder();
const host = join(folder.path, 'host');
const path = join(folder.path, 'backup.db');
let right: Manifest;
let before: string;

beforeAll(async () => {
  // What stands beside the planned directory, and must stand there afterwards.
  mkdirSync(join(host, 'old/member/snap'), { recursive: true });
  writeFileSync(join(host, 'old/member/snap/db'), whole.subarray(0, -32));
  before = treeHash(host);
  const summary = await openSnapshot(written(folder.path, whole));
  const { sizeBytes, sha256, revision, keys, version, members } = summary;
  right = {
    format: 1,
    drillVersion: '0.1.0',
    file: 'backup.db',
    takenAt: '2026-06-30T12:00:00Z',
    verifiedAt: '2026-06-30T12:00:01Z',
    sizeBytes,
    sha256,
    revision,
    acknowledgedRevision: revision,
    keys,
    clusterId: 'c1',
    member: { id: members[0]?.id ?? '', name: members[0]?.name ?? '' },
    members: members.map(({ name, peerUrls }) => ({ name, peerUrls: [...peerUrls] })),
    etcdVersion: '3.7.3',
    storageVersion: version,
  };
});
afterAll(() => folder[Symbol.dispose]());

/** The snapshot of a cluster whose one member has these addresses. */
const withPeers = (...urls: string[]): Buffer =>
  changed((database) => {
    // Older pages hold it as well.
    for (let at = 0; (at = database.indexOf('{"id":', at)) >= 0; at += 1) {
      const end = database.indexOf('}', at) + 1;
      const [id] = /"id":\d+/.exec(database.subarray(at, end).toString()) ?? [];
      const text = `{${id},"peerURLs":${JSON.stringify(urls)},"name":"default"}`;
      database.write(text.padEnd(end - at), at);
    }
  }, whole);

const tool = (version: string): Tool => ({
  kind: 'host',
  path: '/nowhere/etcdutl',
  program: 'etcdutl',
  version,
  environment: [],
});
const members = [`m1=http://127.0.0.1:1=${join(host, 'new')}`];
const plan = (over: Partial<Parameters<typeof settlePlan>[0]> = {}) =>
  settlePlan({
    snapshot: path,
    members: readMembers(members),
    endpoints: [],
    newAddresses: true,
    findTool: () => Promise.resolve(tool('3.7.3')),
    ...over,
  });

/** What a restore says; nothing may have changed, nor may anything have been made. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const message = await work.then(() => 'not refused', messageOf);
  expect(treeHash(host)).toBe(before);
  return message.replaceAll(folder.path, '');
}

const flipped = (offset: number): Buffer => {
  const bytes = Buffer.from(whole);
  bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  return bytes;
};
const again = 'Copy it again, or take another one.';
const names = 'Name the file that `etcdctl snapshot save` or `drill backup` wrote.';
const cut = (length: number): string =>
  `The snapshot /backup.db is cut off: it has ${length} bytes of ${whole.length}. ${again}`;
const notWhatEtcdWrote =
  /^The snapshot \/backup\.db is not what etcd wrote: its bytes have the SHA-256 [0-9a-f]{64}, and at its end stands [0-9a-f]{64}\. Copy it again, or take another one\.$/;

test('the right one is not refused', async () => {
  written(folder.path, whole);
  written(folder.path, JSON.stringify(right), 'backup.db.json');
  expect(await plan()).toMatchObject({ summary: { keys: right.keys }, plan: { snapshot: path } });
  expect(await verifyBackup(path)).toMatchObject({ manifest: right });
});

describe('a broken snapshot', () => {
  test.each<[string, Buffer, string | RegExp]>([
    [
      'empty',
      Buffer.alloc(0),
      'The snapshot /backup.db is empty: whatever should have written it did not. Take another one.',
    ],
    [
      'cut off in its first meta page',
      whole.subarray(0, 40),
      `The snapshot /backup.db is cut off: only 40 bytes are there. ${again}`,
    ],
    ['cut off after its meta pages', whole.subarray(0, 2 * pageBytes), cut(2 * pageBytes)],
    ['cut off in its trees', whole.subarray(0, 9 * pageBytes + 7), cut(9 * pageBytes + 7)],
    ['cut off in its hash', whole.subarray(0, -16), cut(whole.length - 16)],
    [
      'without its hash',
      whole.subarray(0, -32),
      '/backup.db has no hash at its end: it is a raw copy of the database (`member/snap/db`), not a snapshot, so nobody can tell whether it is whole. Take a snapshot with `etcdctl snapshot save` or `drill backup`.',
    ],
    ['with a bit flipped in a meta page', flipped(pageBytes + 40), notWhatEtcdWrote],
    ['with a bit flipped in a tree', flipped(7 * pageBytes + 1000), notWhatEtcdWrote],
    ['with a bit flipped in its last page', flipped(whole.length - 33), notWhatEtcdWrote],
    ['with a bit flipped in its hash', flipped(whole.length - 3), notWhatEtcdWrote],
    [
      'with bytes behind its hash',
      Buffer.concat([whole, Buffer.alloc(7)]),
      'The snapshot /backup.db is damaged: 7 bytes too many are at its end. Nothing can be restored from it with certainty: take another copy of it, or another snapshot.',
    ],
    [
      'still compressed',
      gzipSync(whole),
      /^\/backup\.db is not an etcd snapshot: no bbolt database begins in its \d+ bytes\. Name the file that `etcdctl snapshot save` or `drill backup` wrote\.$/,
    ],
    [
      'another file',
      Buffer.from('hello\n'),
      `/backup.db is not an etcd snapshot: no bbolt database begins in its 6 bytes. ${names}`,
    ],
  ])('%s', async (_what, bytes, message) => {
    // prettier-ignore
    written(folder.path, bytes);
    expect(await refusal(plan())).toMatch(message);
    expect(await refusal(verifyBackup(path))).toMatch(message);
  });

  test('a directory', async () => {
    expect(await refusal(plan({ snapshot: host }))).toBe(
      '/host is a directory, not a snapshot: name the file that `etcdctl snapshot save` or `drill backup` wrote.',
    );
  });

  test('one that this user may not read', async () => {
    written(folder.path, whole);
    chmodSync(path, 0o000);
    const isRoot = process.geteuid?.() === 0;
    // Root may read everything: be somebody else for the moment.
    chmodSync(folder.path, 0o711);
    if (isRoot) process.seteuid?.(65_534);
    try {
      await expect(verifyBackup(path)).rejects.toThrow(
        `Could not open the snapshot ${path}: EACCES: permission denied, open '${path}'. Name a file that you may read.`,
      );
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(path, 0o600);
    }
  });
});

describe('a manifest of something else', () => {
  const remedy = 'Restore it from where it was copied from, or remove it to check the file alone.';
  const notAbout = (wrong: string): string =>
    `/backup.db is not the backup that /backup.db.json is about: ${wrong}. The file itself is whole: find the manifest that belongs to it, or remove this one to use the file alone.`;
  test.each<[string, () => string, string | RegExp]>([
    ['no JSON', () => '{"format": 1,', /^Could not read the manifest \/backup\.db\.json: .*JSON.*/],
    [
      'of a form to come',
      () => JSON.stringify({ ...right, format: 2 }),
      `/backup.db.json is no manifest of a backup: manifest.format is 2: Invalid input: expected 1. ${remedy}`,
    ],
    [
      'without a hash',
      () => JSON.stringify({ ...right, sha256: '' }),
      `/backup.db.json is no manifest of a backup: manifest.sha256 is "": expected 64 hexadecimal digits. ${remedy}`,
    ],
    [
      'of another file',
      () => JSON.stringify({ ...right, sha256: '0'.repeat(64) }),
      notAbout(`sha256 is ${whole.subarray(-32).toString('hex')} and should be ${'0'.repeat(64)}`),
    ],
    [
      'of another revision',
      () => JSON.stringify({ ...right, revision: 99 }),
      notAbout(`revision is 10 and should be 99`),
    ],
    [
      'of another version',
      () => JSON.stringify({ ...right, storageVersion: '' }),
      notAbout('its storage version is "3.7.0" and should be ""'),
    ],
    [
      'of another cluster',
      () => JSON.stringify({ ...right, member: { id: 'abc', name: 'm1' } }),
      notAbout('it is of another cluster, which has no member abc'),
    ],
    [
      'of other members',
      () =>
        JSON.stringify({ ...right, members: [{ name: 'm1', peerUrls: ['http://10.0.0.1:1'] }] }),
      notAbout('its members are default=http://localhost:2380 and should be m1=http://10.0.0.1:1'),
    ],
    [
      'of a backup that was taken too old',
      () => JSON.stringify({ ...right, acknowledgedRevision: 50 }),
      notAbout(
        'by its manifest it ends at revision 10, before the 50 that was acknowledged when it was taken',
      ),
    ],
  ])('%s', async (_what, manifest, message) => {
    // prettier-ignore
    written(folder.path, whole);
    written(folder.path, manifest(), 'backup.db.json');
    for (const work of [plan, () => verifyBackup(path)]) {
      const said = await refusal(work());
      if (typeof message === 'string') expect(said).toBe(message);
      else expect(said).toMatch(message);
    }
  });
});

describe('a plan that must not be', () => {
  beforeAll(() => {
    written(folder.path, whole);
    written(folder.path, JSON.stringify(right), 'backup.db.json');
  });

  test('an etcd that is older than the backup', async () => {
    const findTool = () => Promise.resolve(tool('3.6.16'));
    expect(await refusal(plan({ findTool }))).toBe(
      '/backup.db was written by etcd 3.7, and etcd 3.6.16 would be restored with it: it would not start (`version "3.7.0" is not supported`). Restore with etcd 3.7 or newer: `--etcd` or `--etcdutl`.',
    );
  });

  test('a data directory that has something in it', async () => {
    const dataDir = join(host, 'old');
    const planned = readMembers([`m1=http://127.0.0.1:1=${dataDir}`]);
    expect(await refusal(plan({ members: planned }))).toBe(
      'The data directory /host/old of m1 is not empty (it has member), and a restore replaces nothing: move it away first (`mv /host/old /host/old.old`), or name another.',
    );
  });

  test('two hosts mixed up, unless the addresses did change', async () => {
    written(folder.path, withPeers('http://127.1:1'));
    rmSync(`${path}.json`);
    const planned = readMembers([`m2=http://127.1:1=${join(host, 'new')}`]);
    expect(await refusal(plan({ members: planned, newAddresses: false }))).toBe(
      'The plan has m2 at http://127.1:1, but in the cluster that was backed up default is at http://127.1:1: are two hosts mixed up? Correct `--member`, or say that the addresses changed with `--new-addresses`.',
    );
    await expect(plan({ members: planned })).resolves.toMatchObject({ summary: { revision: 10 } });
  });

  test('a member that answers, of the old cluster or where a new one shall be', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    const port = typeof bound === 'object' ? bound?.port : 0;
    const lives = new RegExp(
      `^127\\.0\\.0\\.1:${port} accepts connections: the old cluster lives, or something else is there\\. A restore makes a new cluster .* all members of that are stopped first, for good\\. To replace one lost member of a living cluster, restore nothing: .*\`etcdctl member remove ID\`, \`etcdctl member add NAME --peer-urls=URL\``,
    );
    try {
      expect(await refusal(plan({ endpoints: [`127.0.0.1:${port}`] }))).toMatch(lives);
      const planned = readMembers([`m1=http://127.0.0.1:${port}=${join(host, 'new')}`]);
      expect(await refusal(plan({ members: planned }))).toMatch(lives);
      // Nobody named it, but it is in the file: that of a member whose other address is planned.
      written(folder.path, withPeers('http://127.1:1', `http://127.1:${port}`));
      rmSync(`${path}.json`, { force: true });
      const lost = readMembers([`default=http://127.1:1=${join(host, 'new')}`]);
      const former = new RegExp(`^127\\.1:${port} accepts connections: the old cluster lives`);
      expect(await refusal(plan({ members: lost }))).toMatch(former);
      // A copy at other addresses touches nothing of it.
      expect(await plan()).toMatchObject({
        asked: [
          { answer: 'refused', isBeside: false },
          { answer: 'refused', isBeside: true },
          { answer: 'accepted', isBeside: true },
        ],
      });
    } finally {
      server.close();
    }
  });
});
