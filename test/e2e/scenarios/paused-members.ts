import { exercised, partition, scenario } from 'etcd-drill';

/** Control: the rest keeps its quorum on paper, but is frozen, so that no write is acknowledged. */
export default scenario(
  {
    summary: 'Cut a follower off from a cluster that is frozen.',
    assertions: [exercised({ faultLasted: '2s' })],
  },
  async ({ cluster, load, step }) => {
    const leader = await cluster.leader();
    const [follower, other] = cluster.except(leader);
    if (!follower || !other) throw new Error('three members are needed');
    await step('cut one off and freeze the rest', async () => {
      await using _ = await cluster.inject(partition([follower], [leader, other]));
      await leader.pause();
      await other.pause();
      await load.run('3s');
      await leader.resume();
      await other.resume();
    });
  },
);
