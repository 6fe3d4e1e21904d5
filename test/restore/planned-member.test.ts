import { expect, test } from 'vitest';
import { readBump } from '../../src/cli/restore/read-bump.ts';
import { initialCluster, readMembers } from '../../src/restore/planned-member.ts';

test('members are read as etcd is told of them', () => {
  const members = readMembers([
    'm1=http://10.0.0.1:2380=/var/lib/etcd/',
    'm2=https://10.0.0.2:2380,https://[fd00::2]:2380',
  ]);
  expect(members).toEqual([
    { name: 'm1', peerUrls: ['http://10.0.0.1:2380'], dataDir: '/var/lib/etcd' },
    { name: 'm2', peerUrls: ['https://10.0.0.2:2380', 'https://[fd00::2]:2380'] },
  ]);
  expect(initialCluster(members)).toBe(
    'm1=http://10.0.0.1:2380,m2=https://10.0.0.2:2380,m2=https://[fd00::2]:2380',
  );
});

const expected =
  'expected NAME=PEER-URL=DATA-DIR, for example m1=http://10.0.0.1:2380=/var/lib/etcd, without =DATA-DIR for a member on another host.';

test.each<[string[], string]>([
  [['=http://a:2380=/d'], `\`--member =http://a:2380=/d\` has no name: ${expected}`],
  [['m1=a:2380=/d'], `\`--member m1=a:2380=/d\` has the peer address "a:2380": ${expected}`],
  [['m1'], `\`--member m1\` has the peer address "": ${expected}`],
  [
    ['m1=http://a:2380/x=/d'],
    `\`--member m1=http://a:2380/x=/d\` has the peer address "http://a:2380/x": ${expected}`,
  ],
  [
    ['m1=http://a:2380=data'],
    `\`--member m1=http://a:2380=data\` has the data directory "data", which is no absolute path: ${expected}`,
  ],
  [
    ['m1=http://a:2380=/1', 'm1=http://b:2380=/2'],
    'The name m1 is planned twice, for m1 and for m1: every member has its own.',
  ],
  [
    ['m1=http://a:2380=/1', 'm2=http://a:2380=/2'],
    'The peer address http://a:2380 is planned twice, for m1 and for m2: every member has its own.',
  ],
  [
    ['m1=http://a:2380=/1', 'm2=http://b:2380=/1/'],
    'The directory /1 is planned twice, for m1 and for m2: every member has its own.',
  ],
  [
    ['m1=http://a:2380'],
    'No `--member` has a data directory, so nothing would be restored on this host: write `--member NAME=PEER-URL=DATA-DIR` for those that live here.',
  ],
  [
    [],
    'A restore makes a new cluster, so it needs all its members: write `--member NAME=PEER-URL=DATA-DIR` for each on this host, and `--member NAME=PEER-URL` for each on another.',
  ],
])('%j is refused', (texts, message) => {
  expect(() => readMembers(texts)).toThrow(message);
});

const here = ['m1=http://a:2380=/d', 'm2=http://b:2380'];
const expectedLog =
  'expected NAME=WAL-DIR, for example m1=/var/lib/etcd-wal, for a `--member` with a data directory on this host.';

test('a log has a place of its own where one is named', () => {
  expect(readMembers(here, ['m1=/wal=1/'])[0]).toMatchObject({ dataDir: '/d', walDir: '/wal=1' });
  expect(readMembers(here)[0]).not.toHaveProperty('walDir');
});

test.each<[string[], string]>([
  [['/wal'], `\`--wal-dir /wal\` names no member that is restored here ("/wal"): ${expectedLog}`],
  [
    ['m2=/wal'],
    `\`--wal-dir m2=/wal\` names no member that is restored here ("m2"): ${expectedLog}`,
  ],
  [['m1=wal'], `\`--wal-dir m1=wal\` has "wal", which is no absolute path: ${expectedLog}`],
  [
    ['m1=/d/wal'],
    `\`--wal-dir m1=/d/wal\` lies in the data directory of the member: ${expectedLog}`,
  ],
  [['m1=/1', 'm1=/2'], `\`--wal-dir m1=/2\` is the second of m1: ${expectedLog}`],
  [['m1=/d'], 'The directory /d is planned twice, for m1 and for m1: every member has its own.'],
])('the log %j is refused', (texts, message) => {
  expect(() => readMembers(here, texts)).toThrow(message);
});

test('a bump and its mark go together', () => {
  expect(readBump('1000', true)).toBe(1000);
  expect(readBump(undefined, false)).toBeUndefined();
  expect(() => readBump(undefined, true)).toThrow(
    '`--mark-compacted` needs `--bump-revision N`: etcd takes both or none.',
  );
  expect(() => readBump('1000', false)).toThrow(
    '`--bump-revision` needs `--mark-compacted`: without it a client that remembers an old revision waits for it in silence.',
  );
  expect(() => readBump('-5', true)).toThrow(
    '`--bump-revision -5`: expected a whole number of 1 or more: revisions that were written after the backup, and more to be safe, for example 1000000000.',
  );
});
