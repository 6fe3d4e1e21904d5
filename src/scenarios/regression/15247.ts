import {
  converges,
  diskStall,
  duration,
  durable,
  integer,
  scenario,
  triggered,
} from '../../index.ts';

const leaseCount = 40;
const diskBytes = 400 * 1024 * 1024;

export default scenario(
  {
    summary:
      "Stall the leader's disk for longer than leases live without it: awake again, it must not revoke what others kept alive (etcd #15247).",
    matrix: { members: [3, 5, 7] },
    parameters: {
      rounds: integer(
        { min: 1, max: 50 },
        3,
        'how often the disk of the leader of the moment stalls',
      ),
      ttl: duration('3s', 'how long a lease lives without being kept alive'),
    },
    cluster: { disks: { data: diskBytes } },
    assertions: [triggered(), durable(), converges()],
  },
  async ({ cluster, leases, load, step, trigger, nowMs, parameters: { rounds, ttl } }) => {
    for (let round = 1; round <= rounds; round += 1) {
      const leader = await cluster.leader();
      await step(`stall ${leader.name} for longer than leases live, round ${round}`, async () => {
        await using kept = await leases(cluster.except(leader), { count: leaseCount, ttl });
        await using stalled = await cluster.inject(diskStall(leader));
        const next = await cluster.elects({ other: leader, within: '10s' });
        const electedMs = nowMs();
        await load.run(ttl + 2000);
        const renewed = kept.renewedSince(electedMs);
        trigger(
          renewed === leaseCount,
          `${renewed} of ${leaseCount} leases were kept alive with ${next.name} as the leader while the disk of ${leader.name} stalled`,
        );
        await stalled.heal();
        await load.run('2s');
      });
    }
  },
);
