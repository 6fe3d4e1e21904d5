import { catchUpBySnapshot, converges, durable, scenario, triggered } from '../../index.ts';

export default scenario(
  {
    summary:
      'Let a follower catch up by a snapshot: a watch at it must not go back in time (etcd #15271).',
    matrix: { members: [3, 5, 7] },
    cluster: { snapshotCount: 100 },
    assertions: [triggered(), durable(), converges()],
  },
  async (stage) => {
    const { cluster, client, watch, load, step, random } = stage;
    const leader = await cluster.leader();
    const [follower = leader] = random.sample(cluster.except(leader), 1);
    using stream = watch(follower, { key: '\0', end: '\0', startRevision: 1 });
    await step('watch along', async () => {
      const { revision } = await follower.admin.status();
      await stream.reaches(revision, '10s');
      await load.run('2s');
    });
    await catchUpBySnapshot(stage, follower);
    await step('read on', async () => {
      await load.run('2s');
      const last = await client(leader).must({ kind: 'put', key: 'drill/15271', value: 'end' });
      await stream.reaches(last.revision, '10s');
    });
  },
);
