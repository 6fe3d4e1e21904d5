import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Member } from '../../../src/cluster/member.ts';
import { bitFlip } from '../../../src/faults/disk/bit-flip.ts';
import { dataLoss } from '../../../src/faults/disk/data-loss.ts';
import { truncate } from '../../../src/faults/disk/truncate.ts';
import { FaultUnproved } from '../../../src/faults/fault.ts';
import { type Pods, startPods } from '../../fixtures/pods.ts';

let pods: Pods;
let m1: Member;
beforeAll(async () => {
  pods = await startPods({ members: 1, snapshotCount: 100 }, { name: 'rot' });
  m1 = pods.cluster.member('m1');
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

const value = async (): Promise<string | undefined> => {
  const read = await m1.client.perform({ kind: 'range', key: 'k' }, { deadlineMs: 5000 });
  return read.status === 'ok' && read.result.kind === 'range'
    ? read.result.kvs[0]?.value
    : undefined;
};

test('a flipped bit in the db is what the member serves from then on', async () => {
  await m1.client.perform(
    { kind: 'put', key: 'k', value: "a sound 'value'1" },
    { deadlineMs: 5000 },
  );
  await m1.stop();
  const fault = await bitFlip(m1, { file: 'db', at: { text: "a sound 'value'1" } }).prepare('c1');
  await fault.inject();
  const evidence = await fault.prove();
  expect(evidence.length).toBeGreaterThan(0);
  for (const line of evidence) {
    expect(line).toMatch(
      /^byte \d+ of \/data\/etcd\/member\/snap\/db of m1 was 0x31 and reads 0x30$/,
    );
  }
  await m1.start();
  await expect.poll(value, { timeout: 15_000 }).toBe("a sound 'value'0");
}, 60_000);

test('a flip that is written over, or a place that is not there, is no fault', async () => {
  const missing = await bitFlip(m1, { file: 'db', at: { text: 'nowhere' } }).prepare('c2');
  await expect(missing.inject()).rejects.toThrow(/: the text is not there$/);
  expect(() => bitFlip(m1, { file: 'db', at: { percent: 100 } })).toThrow(
    'A place at 100 % of a file is not in it: use 0 to 99.',
  );
  const fault = await bitFlip(m1, { file: 'db', at: { text: "a sound 'value'0" } }).prepare('c3');
  await fault.inject();
  const back = await bitFlip(m1, { file: 'db', at: { text: "a sound 'value'1" } }).prepare('c4');
  await back.inject();
  await expect(fault.prove()).rejects.toThrow(FaultUnproved);
  await expect(fault.prove()).rejects.toThrow(/ of m1 is 0x30 again, not 0x31$/);
}, 60_000);

test('the snapshot and the log of a stopped member, and what etcd says of a flip in its log', async () => {
  for (let put = 0; put < 150; put += 1) {
    await m1.client.perform({ kind: 'put', key: 'n', value: `${put}` }, { deadlineMs: 5000 });
  }
  await m1.stop();
  // In a value: a flip in a record's length is taken for a torn end of the log, which etcd cuts off.
  const places = { snapshot: { percent: 50 }, wal: { text: "a sound 'value'1" } } as const;
  for (const file of ['snapshot', 'wal'] as const) {
    const fault = await bitFlip(m1, { file, at: places[file] }).prepare(`c5-${file}`);
    await fault.inject();
    expect(await fault.prove()).toHaveLength(1);
  }
  await m1.start();
  await expect.poll(() => m1.state, { timeout: 15_000 }).toBe('exited');
  expect(m1.logExcerpt().join('\n')).toMatch(/crc mismatch/);
}, 60_000);

test('a file that was cut is as long as the cut left it, counted by what was written', async () => {
  const fault = await truncate(m1, { file: 'wal', percent: 50 }).prepare('c6');
  await expect(fault.prove()).rejects.toThrow('the wal of m1 was not cut');
  await fault.inject();
  const [evidence = ''] = await fault.prove();
  const [, bytes, written, left] =
    /^\/data\/etcd\/member\/wal\/.*[.]wal of m1, (\d+) bytes with (\d+) written, has (\d+) bytes$/.exec(
      evidence,
    ) ?? [];
  expect(Number(bytes)).toBe(64_000_000);
  expect(Number(written)).toBeLessThan(1_000_000);
  expect(Number(left)).toBe(Math.floor(Number(written) / 2));
  await m1.files((files) => files.must(`truncate -s 1 /data/etcd/member/wal/*.wal`));
  await expect(fault.prove()).rejects.toThrow(/ has 1 bytes again, not the \d+ it was cut to$/);
}, 60_000);

test('a lost disk is empty, whatever was on it, and etcd is gone with it', async () => {
  await m1.restart();
  await expect.poll(() => m1.state, { timeout: 15_000 }).toBe('exited');
  const fault = await dataLoss([m1]).prepare('c7');
  await expect(fault.prove()).rejects.toThrow('m1 still has /data/etcd');
  await fault.inject();
  expect(m1.state).toBe('killed');
  expect(await fault.prove()).toEqual(['nothing is left of /data/etcd and /wal/etcd of m1']);
  await m1.start();
  // Alone, and as a cluster that is to be founded, it begins anew.
  await expect.poll(async () => (await m1.admin.status()).revision, { timeout: 15_000 }).toBe(1);
}, 60_000);
