import { afterAll, beforeAll, expect, test } from 'vitest';
import { rebuildMember } from '../../src/actions/rebuild-member.ts';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { type Pods, startPods } from '../fixtures/pods.ts';

let pods: Pods;
let cluster: Cluster;
const steps: string[] = [];
const step = <T>(title: string, body: () => Promise<T>): Promise<T> => {
  steps.push(title);
  return body();
};
const observed: string[] = [];
const observe = (name: string): void => void observed.push(name);
beforeAll(async () => {
  pods = await startPods({}, { name: 'rebuild' });
  cluster = pods.cluster;
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

test('a member without data of its own gets that of the others, in its old place', async () => {
  const leader = await cluster.leader();
  const [member] = cluster.except(leader);
  if (!member) throw new Error('there is no follower');
  await leader.client.perform({ kind: 'put', key: 'k', value: 'kept' }, { deadlineMs: 5000 });
  const place = { address: member.address, port: member.clientAddress };
  const { memberId } = await member.admin.status();
  await member.kill();
  await member.files((files) => files.must('rm -rf /data/etcd/member/wal'));

  await rebuildMember({ cluster, step, observe }, member);
  expect(steps).toEqual([
    `take ${member.name} out of the cluster and wipe it`,
    `add ${member.name} again, empty`,
    `let ${member.name} catch up`,
  ]);
  expect(observed).toEqual(['promotion']);
  const changes = pods.events.flatMap((event) => (event.type === 'membership' ? [event] : []));
  expect(changes.map(({ standing }) => standing)).toEqual(['out', 'learner', 'voter']);
  expect({ address: member.address, port: member.clientAddress }).toEqual(place);
  const own = { kind: 'range', key: 'k', serializable: true } as const;
  expect(await member.client.perform(own, { deadlineMs: 5000 })).toMatchObject({
    status: 'ok',
    result: { kvs: [{ value: 'kept' }] },
  });
  const listed = await leader.admin.memberList();
  expect(listed).toHaveLength(3);
  expect(listed.find(({ name }) => name === member.name)).toMatchObject({ isLearner: false });
  expect((await member.admin.status()).memberId).not.toBe(memberId);
  // It is one of the cluster from now on: a plain restart changes nothing.
  await member.restart();
  await cluster.converges({ within: '15s' });
}, 90_000);

test('alone it cannot be rebuilt', async () => {
  const [first, ...others] = cluster.members;
  if (!first) throw new Error('there is no member');
  await Promise.all(others.map((member) => member.kill()));
  await expect(rebuildMember({ cluster, step, observe }, first)).rejects.toThrow(
    'm1 cannot be rebuilt: no other member is running.',
  );
}, 60_000);
