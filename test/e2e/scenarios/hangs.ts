import { durable, scenario } from 'etcd-drill';

/** A timeline that waits for what never comes. */
export default scenario(
  { summary: 'Wait for ever.', assertions: [durable()] },
  async ({ step }) => {
    await step('wait for ever', () => new Promise<void>(() => {}));
  },
);
