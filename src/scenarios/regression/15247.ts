import { converges, duration, durable, integer, paused, scenario, triggered } from '../../index.ts';

const leaseCount = 40;

export default scenario(
  {
    summary:
      'Freeze the leader for longer than leases live without it: awake again, it must not revoke what others kept alive (etcd #15247).',
    matrix: { members: [3, 5, 7] },
    parameters: {
      rounds: integer({ min: 1, max: 50 }, 6, 'how often the leader of the moment is frozen'),
      ttl: duration('3s', 'how long a lease lives without being kept alive'),
    },
    assertions: [triggered(), durable(), converges()],
  },
  async ({ cluster, leases, load, step, trigger, nowMs, parameters: { rounds, ttl } }) => {
    for (let round = 1; round <= rounds; round += 1) {
      const leader = await cluster.leader();
      await step(`freeze ${leader.name} for longer than leases live, round ${round}`, async () => {
        await using kept = await leases(cluster.except(leader), { count: leaseCount, ttl });
        const frozen = await paused(leader);
        try {
          const next = await cluster.elects({ other: leader, within: '10s' });
          const electedMs = nowMs();
          await load.run(ttl + 2000);
          const renewed = kept.renewedSince(electedMs);
          trigger(
            renewed === leaseCount,
            `${renewed} of ${leaseCount} leases were kept alive with ${next.name} as the leader while ${leader.name} was frozen`,
          );
        } finally {
          await frozen[Symbol.asyncDispose]();
        }
        await load.run('2s');
      });
    }
  },
);
