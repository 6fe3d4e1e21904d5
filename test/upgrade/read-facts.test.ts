import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { openAdmin } from '../../src/etcd/admin.ts';
import { openClient } from '../../src/etcd/client.ts';
import { AlarmResponseSchema, StatusResponseSchema } from '../../src/etcd/proto/etcd_pb.js';
import { membersAt } from '../../src/upgrade/members-at.ts';
import { readFacts, type Untold } from '../../src/upgrade/read-facts.ts';
import { answer, type FakeAnswer, startFakeEtcd } from '../fixtures/fake-etcd.ts';

const answers: Readonly<Record<string, FakeAnswer>> = {
  Status: answer(StatusResponseSchema, {
    header: { memberId: 0xabn, revision: 9n },
    version: '3.5.35',
  }),
  Alarm: answer(AlarmResponseSchema, {}),
  MemberList: { code: 14, details: 'etcdserver: no leader' },
};
const untold: Untold = {
  oldEntriesUpTo: 0,
  wasLearner: () => 'unknown',
  snapshotIndex: () => 'unknown',
};

/** A member whose cluster has the version that it tells over HTTP. */
async function askedOf(...clusterVersions: string[]) {
  await using etcd = await startFakeEtcd((method) => answers[method] ?? never(method));
  await using client = openClient({ member: 'm1', address: etcd.address });
  await using servers = new AsyncDisposableStack();
  const addresses = await Promise.all(
    clusterVersions.map(async (version) => {
      const server = createServer((_, response) =>
        response.end(JSON.stringify({ etcdserver: '3.5.35', etcdcluster: version })),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      servers.defer(() => void server.close());
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  const admin = openAdmin(client);
  const targets = addresses.map((address) => ({ name: address, address, admin }));
  return await readFacts(targets, untold);
}

function never(method: string): never {
  throw new Error(`${method} is not asked`);
}

test('a cluster has the version that one of its members knows', async () => {
  const { clusterVersion, members } = await askedOf('not_decided', '3.5.0');
  expect(clusterVersion).toBe('3.5.0');
  expect(members.map(({ id }) => id)).toEqual(['ab', 'ab']);
});

test('one that has not decided on its version is refused', async () => {
  await expect(askedOf('not_decided')).rejects.toThrow(
    'The cluster has not decided on its version yet (`not_decided`): it has no leader, or has just begun. Wait until `/version` of a member tells one, and ask again.',
  );
});

test('one without a quorum does not tell who its members are', async () => {
  await using etcd = await startFakeEtcd((method) => answers[method] ?? never(method));
  await using client = openClient({ member: 'm1', address: etcd.address });
  await expect(membersAt(openAdmin(client))).rejects.toMatchObject({
    name: 'DrillError',
    message:
      'The cluster does not tell who its members are: MemberList on m1 failed: etcdserver: no leader (gRPC code 14). Without a quorum it cannot: bring members back until it has a leader, and ask again.',
  });
});
