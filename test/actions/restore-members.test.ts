import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreFiles, restoreMembers } from '../../src/actions/restore-members.ts';
import type { Member } from '../../src/cluster/member.ts';
import { snapshot } from '../../src/etcd/snapshot.ts';
import type { Phase } from '../../src/runner/stage.ts';
import { openSnapshot } from '../../src/snapshot/open-snapshot.ts';
import { type Pods, leftOf, startPods } from '../fixtures/pods.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-restore-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const put = (member: Member, value: string) =>
  member.client.perform({ kind: 'put', key: 'k', value }, { deadlineMs: 5000 });

const valueAt = async (member: Member): Promise<unknown> => {
  const request = { kind: 'range', key: 'k', serializable: true } as const;
  const outcome = await member.client.perform(request, { deadlineMs: 5000 });
  if (outcome.status !== 'ok' || outcome.result.kind !== 'range') return outcome;
  return outcome.result.kvs[0]?.value;
};

async function saved(member: Member, name: string): Promise<string> {
  const path = join(folder, name);
  await pipeline(snapshot(member.client, { idleMs: 10_000 }), createWriteStream(path));
  return path;
}

function recorded(): { phase: Phase; names: string[] } {
  const names: string[] = [];
  return { names, phase: (name, body) => (names.push(name), body()) };
}

describe('a cluster of three', { timeout: 60_000 }, () => {
  let pods: Pods;
  let path: string;
  beforeAll(async () => {
    pods = await startPods({}, { name: 'restore' });
    const { members } = pods.cluster;
    const [first] = members;
    if (!first) throw new Error('there is no member');
    await put(first, 'saved');
    path = await saved(first, 'snapshot.db');
    await put(first, 'later');
  }, 120_000);
  afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

  test('is another one after a restore, with the data of the snapshot on every member', async () => {
    const { members } = pods.cluster;
    const before = await Promise.all(members.map(({ admin }) => admin.status()));
    const { phase, names } = recorded();
    await restoreMembers(pods.cluster, { snapshot: path }, phase);
    expect(names).toEqual(['stop', 'restore', 'start', 'elect']);
    const after = await Promise.all(members.map(({ admin }) => admin.status()));
    expect(await Promise.all(members.map(valueAt))).toEqual(['saved', 'saved', 'saved']);
    expect(new Set([...before, ...after].map(({ memberId }) => memberId)).size).toBe(6);
    expect(after.every(({ revision }) => revision === (before[0]?.revision ?? 0) - 1)).toBe(true);
    await pods.cluster.converges({ within: '10s' });
  });

  test('is bumped where asked, and compacted up to there', async () => {
    await restoreMembers(pods.cluster, { snapshot: path, bump: 1000 }, recorded().phase);
    const [first] = pods.cluster.members;
    const { revision } = (await first?.admin.status()) ?? { revision: 0 };
    expect(revision).toBeGreaterThan(1000);
    expect(await first?.admin.hashKv()).toMatchObject({ compactRevision: revision });
  });

  test('keeps its files where the snapshot is refused', async () => {
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000);
    const flipped = join(folder, 'flipped.db');
    writeFileSync(flipped, bytes);
    const { members } = pods.cluster;
    await Promise.all(members.map((member) => member.kill()));
    const [first] = members;
    if (!first) throw new Error('there is no member');
    const hashOf = () =>
      first.files((files) =>
        files.must('find /data -type f | sort | xargs sha256sum | sha256sum; ls -A /data'),
      );
    const before = await hashOf();
    await expect(restoreFiles(members, { snapshot: flipped })).rejects.toThrow(
      /^`etcdutl snapshot restore` of etcd \S+ refused \S+flipped.db for m\d \(exit code 1\): expected sha256 \[.*\], got \[.*\]\. The member's files are as they were; restore another snapshot\.$/,
    );
    expect(await hashOf()).toEqual(before);
    await expect(restoreFiles(members, { snapshot: join(folder, 'none.db') })).rejects.toThrow(
      /Could not read \S+none\.db: ENOENT.*Name a file that this user may read\./,
    );
    expect(await hashOf()).toEqual(before);
    await Promise.all(members.map((member) => member.start()));
    await pods.cluster.converges({ within: '20s' });
    expect(await valueAt(first)).toBe('saved');
    const left = await leftOf(pods.engine, pods.run);
    expect(left.filter((name) => !/-(m\d|m\d-net|m\d-data|helper|net)$/.test(name))).toEqual([]);
  });

  test('is not restored while a member of it runs', async () => {
    await expect(restoreFiles(pods.cluster.members, { snapshot: path })).rejects.toThrow(
      'm1 is running, and its files can only be replaced while it is not: stop it first.',
    );
  });

  test('can be had from its snapshot anew, without ever having been started', async () => {
    await using copy = await startPods(
      { members: 1 },
      { name: 'filled', fill: (members) => restoreFiles(members, { snapshot: path }) },
    );
    expect(await valueAt(copy.cluster.member('m1'))).toBe('saved');
  });
});

test('all vote in the new cluster, whatever they were in the old one', async () => {
  await using pods = await startPods({ members: 1 }, { name: 'learner' });
  const { cluster } = pods;
  const first = cluster.member('m1');
  const learner = await cluster.add({ learner: true });
  expect(cluster.voters()).toEqual([first]);
  const path = await saved(first, 'with-a-learner.db');
  const { members: former } = await openSnapshot(path);
  const learners = former.filter(({ isLearner }) => isLearner);
  expect(learners.map(({ peerUrls }) => peerUrls)).toEqual([[`http://${learner.address}:2380`]]);
  let termAtStart = -1;
  await restoreMembers(cluster, { snapshot: path }, (name, body) => {
    if (name === 'start') termAtStart = cluster.view().term;
    return body();
  });
  expect(termAtStart).toBe(0);
  expect(cluster.voters()).toEqual([first, learner]);
  const changes = pods.events.flatMap((event) => (event.type === 'membership' ? [event] : []));
  expect(changes.map(({ member, standing }) => `${member} ${standing}`)).toEqual([
    'm2 learner',
    'm2 voter',
  ]);
  const terms = pods.events.flatMap((event) => (event.type === 'leader' ? [event.term] : []));
  expect(terms.filter((term) => term === 0)).toEqual([]);
  await cluster.converges({ within: '10s' });
}, 90_000);

test('etcd 3.3 is restored by its etcdctl, its log onto its own disk', async () => {
  const disk = 300 * 1024 * 1024;
  await using pods = await startPods(
    { members: 1, disks: { data: disk, wal: disk } },
    { etcd: 'deb:bullseye', name: 'restore33' },
  );
  const member = pods.cluster.member('m1');
  await put(member, 'saved');
  const path = await saved(member, 'of-3.3.db');
  await put(member, 'later');
  await restoreMembers(pods.cluster, { snapshot: path }, recorded().phase);
  expect(await valueAt(member)).toBe('saved');
  expect(await member.files((files) => files.must('ls -A /wal/etcd'))).toContain('.wal');
}, 90_000);
