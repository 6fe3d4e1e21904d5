import {
  choice,
  converges,
  diskThrottle,
  durable,
  duration,
  exercised,
  fsyncWithin,
  injectAll,
  integer,
  oneLeaderPerTerm,
  recoversWithin,
  resolveTargets,
  scenario,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Throttle the disk of the leader or a follower: the majority must go on at the pace of its own disks, and lose nothing.',
    teaches:
      'That a write is committed at the pace of the majority whose logs are synced fastest: one slow disk costs little at a follower, and at the leader delays every write, because it proposes no faster than it syncs. What shows it are `etcd_disk_wal_fsync_duration_seconds`, "slow fdatasync" and "apply request took too long". A leader that cannot sync within the election timeout loses its place to one that can.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      target: choice(
        ['leader', 'follower', 'majority'],
        'leader',
        'whose disk is slow: the leader, one follower, or the smallest majority with the leader',
      ),
      iops: integer({ min: 1, max: 10_000 }, 3, 'requests a second that the disk still takes'),
      hold: duration('10s', 'how long the disk is slow'),
    },
    short: { hold: '6s' },
    control: {
      set: { target: 'majority' },
      violates: ['fsync-within', 'recovers-within'],
      because: 'no majority is left whose disks are fast, so every write waits for a slow one',
    },
    cluster: { disks: { data: 400 * 1024 * 1024 } },
    assertions: ({ hold }) => [
      fsyncWithin({ p99: '500ms', of: 'quorum' }),
      recoversWithin('5s'),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 50, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, random, parameters: { target, iops, hold } }) => {
    const slow = await resolveTargets(cluster, target, random);
    const names = slow.map(({ name }) => name).join(', ');
    await step(`throttle the disk of ${names}`, async () => {
      const throttles = slow.map((member) => diskThrottle(member, { iops }));
      await using _ = await injectAll(cluster, throttles);
      await load.run(hold);
    });
    await step('recover', async () => {
      await cluster.converges({ within: '15s' });
      await load.run('3s');
    });
  },
);
