import { catchUpBySnapshot, converges, durable, scenario, triggered } from '../../index.ts';

/** Out of reach of everything the drill writes. */
const ahead = 100_000;

export default scenario(
  {
    summary:
      'Watch from a future revision at a follower that then catches up by a snapshot: nothing older may be sent (etcd #20221).',
    matrix: { members: [3, 5, 7] },
    cluster: { snapshotCount: 100 },
    assertions: [triggered(), durable(), converges()],
  },
  async (stage) => {
    const { cluster, watch, load, step, random } = stage;
    const leader = await cluster.leader();
    const [follower = leader] = random.sample(cluster.except(leader), 1);
    const { revision } = await follower.admin.status();
    using stream = watch(follower, { key: '\0', end: '\0', startRevision: revision + ahead });
    await stream.created();
    await catchUpBySnapshot(stage, follower);
    await step('write on', () => load.run('3s'));
  },
);
