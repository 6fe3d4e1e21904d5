import { converges, durable, integer, scenario, triggered } from '../../index.ts';

/** Compared by every transaction, which so takes milliseconds to apply: time to be killed in. */
const compared = 3000;
const perTransaction = 100;
const prefix = 'drill/load/';

export default scenario(
  {
    summary:
      'Kill members in the middle of transactions that compare thousands of keys: all must end with the same data (etcd #13766).',
    matrix: { members: [3, 5, 7] },
    parameters: {
      rounds: integer(
        { min: 1, max: 50 },
        6,
        'how often members are killed: one, then all, in turn',
      ),
    },
    // The shorter the batches, the more often one ends in the middle of a transaction.
    cluster: { backendBatchIntervalMs: 10 },
    load: { clients: 12, mix: { 'range-txn': 1, get: 3 }, ratePerSecond: 800, prefix },
    assertions: [triggered(), durable(), converges()],
  },
  async ({ cluster, client, load, step, trigger, random, parameters: { rounds } }) => {
    const leader = await cluster.leader();
    await step(`write ${compared} keys to compare`, async () => {
      const etcd = client(leader);
      for (let first = 0; first < compared; first += perTransaction) {
        const success = Array.from({ length: perTransaction }, (_, index) => {
          const key = `${prefix}compared/${first + index}`;
          return { kind: 'put', key, value: `${key}#` } as const;
        });
        await etcd.must({ kind: 'txn', compare: [], success, failure: [] });
      }
    });
    let cutOff = 0;
    for (let round = 1; round <= rounds; round += 1) {
      const victims = round % 2 === 0 ? cluster.members : random.sample(cluster.members, 1);
      const names = victims.map(({ name }) => name).join(', ');
      await step(`kill ${names} in mid-transaction, round ${round}`, async () => {
        await load.run('1s');
        const before = load.counts().unknownWrites;
        await Promise.all(victims.map((member) => member.kill()));
        cutOff += load.counts().unknownWrites - before;
        await Promise.all(victims.map((member) => member.start()));
        await cluster.converges({ within: '30s' });
      });
    }
    trigger(cutOff > 0, `${cutOff} transactions were under way when members were killed`);
    await step('go on', () => load.run('5s'));
  },
);
