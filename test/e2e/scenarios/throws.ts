import { durable, partition, scenario } from 'etcd-drill';

/** A timeline with a bug, while a fault is on. */
export default scenario(
  { summary: 'Throw in the middle of a fault.', assertions: [durable()] },
  async ({ cluster, step }) => {
    const leader = await cluster.leader();
    await step('use what is not there', async () => {
      await using _ = await cluster.inject(partition([leader], cluster.except(leader)));
      throw new TypeError("Cannot read properties of undefined (reading 'name')");
    });
  },
);
