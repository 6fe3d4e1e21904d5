import { describe, expect, test, vi } from 'vitest';
import { openAdmin } from '../../src/etcd/admin.ts';
import { openClient } from '../../src/etcd/client.ts';
import { snapshot } from '../../src/etcd/snapshot.ts';
import type { WatchRecord } from '../../src/history/operation.ts';
import { startSingleEtcd } from '../fixtures/single-etcd.ts';

const deadline = { deadlineMs: 5000 };

describe.each([
  ['deb:bullseye', '3.3.25'],
  ['deb:bookworm', '3.4.23'],
  ['deb:trixie', '3.5.16'],
])('%s', (request, version) => {
  test('is spoken to as the newest is, and what it lacks is absent', async () => {
    await using etcd = await startSingleEtcd({ request });
    await using client = openClient({ member: 'old', address: etcd.address });
    const admin = openAdmin(client);

    const status = await admin.status();
    expect(status).toMatchObject({ version, revision: 1, leader: status.memberId });
    expect(status.storageVersion).toBeUndefined();
    expect(status.raftAppliedIndex !== undefined).toBe(version !== '3.3.25');
    expect(await admin.hashKv()).not.toHaveProperty('hashRevision');
    expect(await admin.alarms()).toEqual([]);
    expect(await admin.memberList()).toHaveLength(1);

    const outcome = await client.perform({ kind: 'put', key: 'k', value: 'v' }, deadline);
    expect(outcome).toEqual({ status: 'ok', result: { kind: 'put', revision: 2 } });
    const records: WatchRecord[] = [];
    const watch = client.watch(
      { key: 'k', startRevision: 1 },
      { stream: 's', nowMs: () => 0, onRecord: (record) => records.push(record), onEnd: () => {} },
    );
    await vi.waitFor(() => expect(records.map(({ kind }) => kind)).toEqual(['created', 'events']), {
      timeout: 5000,
    });
    watch.close();
    let bytes = 0;
    for await (const chunk of snapshot(client, { idleMs: 10_000 })) bytes += chunk.byteLength;
    expect(bytes % 512).toBe(32);

    const adding = admin.memberAdd({ peerUrls: ['http://127.0.0.1:9998'], learner: true });
    if (version === '3.3.25') {
      await expect(adding).rejects.toThrow(
        'MemberAdd on old failed: etcd 3.3.25 has no learners; they came with 3.4 (gRPC code 12)',
      );
      expect(await admin.memberList()).toHaveLength(1);
    } else expect(await adding).toMatchObject({ isLearner: true });
  }, 120_000);
});
