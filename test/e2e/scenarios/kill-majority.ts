import { type Member, durable, scenario } from 'etcd-drill';

/** Control: what is left of the cluster can have no leader, and the drill expects one. */
export default scenario(
  {
    summary: 'Kill two of three members and expect a leader all the same.',
    assertions: [durable()],
  },
  async ({ cluster, step }) => {
    const victims: readonly Member[] = cluster.members.slice(0, 2);
    await step('kill a majority', async () => {
      await Promise.all(victims.map((member) => member.kill()));
      await cluster.elects({ within: '5s' });
    });
  },
);
