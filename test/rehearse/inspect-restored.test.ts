import { afterAll, expect, test } from 'vitest';
import { openClient } from '../../src/etcd/client.ts';
import {
  AlarmResponseSchema,
  HashKVResponseSchema,
  PutResponseSchema,
  RangeResponseSchema,
  StatusResponseSchema,
} from '../../src/etcd/proto/etcd_pb.js';
import { inspectRestored } from '../../src/rehearse/inspect-restored.ts';
import { openSnapshot } from '../../src/snapshot/open-snapshot.ts';
import { answer, type FakeAnswer, startFakeEtcd } from '../fixtures/fake-etcd.ts';
import { goldenSnapshot, temporaryFolder, written } from '../fixtures/snapshots.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const header = { clusterId: 1n, memberId: 2n, revision: 12n };
const answers: Readonly<Record<string, FakeAnswer>> = {
  Put: answer(PutResponseSchema, { header }),
  Range: answer(RangeResponseSchema, { header }),
  Status: answer(StatusResponseSchema, { header, dbSize: 4096n, leader: 2n }),
  HashKV: answer(HashKVResponseSchema, { header, hash: 77 }),
  Alarm: answer(AlarmResponseSchema, { header }),
};
const unimplemented: FakeAnswer = { code: 12, details: 'unknown method' };
const healthy = (name: string) => ({ name, health: async () => ({ healthy: true }) });

test('a member that dies after it was healthy is a finding, and takes none of the others away', async () => {
  await using alive = await startFakeEtcd((method) => answers[method] ?? unimplemented);
  await using dead = await startFakeEtcd(() => ({ code: 14, details: 'connection refused' }));
  await using first = openClient({ member: 'm1', address: alive.address });
  await using second = openClient({ member: 'm2', address: dead.address });
  const snapshot = await openSnapshot(written(folder.path, goldenSnapshot('3.5.35')));

  const restored = await inspectRestored(
    { members: [healthy('m1'), healthy('m2')], clients: [first, second] },
    { snapshot, prefixDepth: 3, signal: AbortSignal.timeout(30_000) },
    (_name, body) => body(),
  );
  expect(restored.write).toEqual({ kind: 'acknowledged', revision: 12 });
  const [m1, m2] = restored.members;
  expect(m1).toEqual({
    name: 'm1',
    dbSizeBytes: { kind: 'found', value: 4096 },
    hash: { kind: 'found', value: 77 },
  });
  const reason = expect.stringContaining('connection refused') as string;
  expect(m2).toEqual({
    name: 'm2',
    dbSizeBytes: { kind: 'unknown', reason },
    hash: { kind: 'unknown', reason },
  });
});
