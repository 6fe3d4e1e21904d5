import { converges, durable, integer, scenario, triggered } from '../../index.ts';

const prefix = 'drill/18089/';

export default scenario(
  {
    summary:
      'Compact exactly at a deletion: a watch from that revision on must still be told of it (etcd #18089).',
    matrix: { members: [1, 3] },
    parameters: {
      rounds: integer(
        { min: 1, max: 50 },
        3,
        'how often it is tried, each time with keys of its own',
      ),
    },
    load: { ratePerSecond: 800 },
    assertions: [triggered(), durable(), converges()],
  },
  async ({ cluster, client, load, watch, step, trigger, parameters: { rounds } }) => {
    const leader = await cluster.leader();
    const etcd = client(leader);
    for (let round = 1; round <= rounds; round += 1) {
      await step(`compact at a deletion, round ${round}`, async () => {
        const key = (name: string) => `${prefix}${round}/${name}`;
        const put = (name: string) =>
          etcd.must({ kind: 'put', key: key(name), value: `${name}${round}` });
        await put('a');
        await put('b');
        const { revision } = await etcd.must({ kind: 'delete', key: key('a') });
        await etcd.must({ kind: 'compact', revision });
        const before = await etcd.perform({ kind: 'range', key: key('a'), revision: revision - 1 });
        using stream = watch(leader, { key: prefix, end: `${prefix}~`, startRevision: revision });
        await stream.created();
        const last = await put('c');
        await stream.reaches(last.revision, '10s');
        const gone = before.status === 'failed' && before.error.message.includes('compacted');
        trigger(
          gone,
          gone
            ? `${leader.name} compacted at revision ${revision}, a deletion, before it was watched from there`
            : `${leader.name} still serves revision ${revision - 1} after compacting at ${revision}`,
        );
      });
    }
    await step('go on', () => load.run('2s'));
  },
);
