import { durable, exercised, scenario } from 'etcd-drill';

/** Control: the quota is smaller than an empty database, so that every write is refused. */
export default scenario(
  {
    summary: 'Load a cluster that accepts no write.',
    cluster: { quotaBytes: 4096 },
    assertions: [durable(), exercised()],
  },
  async ({ cluster, load }) => {
    await cluster.leader();
    await load.run('1s');
  },
);
