import { durable, scenario } from 'etcd-drill';

/** A flag that etcd has, with a value that it refuses. */
export default scenario(
  {
    summary: 'Start members with a flag that they refuse.',
    cluster: { extraFlags: ['--auth-token-ttl=many'] },
    assertions: [durable()],
  },
  async ({ load }) => {
    await load.run('1s');
  },
);
