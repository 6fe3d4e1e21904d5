import {
  choice,
  converges,
  diskStall,
  durable,
  duration,
  elects,
  exercised,
  injectAll,
  oneLeaderPerTerm,
  recoversWithin,
  resolveTargets,
  scenario,
} from '../index.ts';

export default scenario(
  {
    summary:
      "Let a member's disk hang: a leader must be replaced, a follower not missed, and nothing be lost.",
    teaches:
      'That a disk which hangs is harder to see than a dead member: the process lives, answers its metrics and takes connections, while every client that talks to it waits. A leader that cannot sync sends no heartbeats either, so the others elect a new one after an election timeout; clients of the stalled member need timeouts and other endpoints.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      target: choice(
        ['leader', 'follower', 'majority'],
        'leader',
        'whose disk hangs: the leader, one follower, or the smallest majority with the leader',
      ),
      hold: duration('10s', 'how long it hangs'),
    },
    short: { hold: '6s' },
    control: {
      set: { target: 'majority' },
      violates: ['recovers-within', 'elects'],
      because: 'no majority can sync a write, so none is acknowledged while the disks hang',
    },
    cluster: { disks: { data: 400 * 1024 * 1024 } },
    assertions: ({ hold }) => [
      elects(),
      recoversWithin('5s'),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 50, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, random, parameters: { target, hold } }) => {
    const struck = await resolveTargets(cluster, target, random);
    const names = struck.map(({ name }) => name).join(', ');
    await step(`stall the disk of ${names}`, async () => {
      const stalls = struck.map((member) => diskStall(member));
      await using _ = await injectAll(cluster, stalls);
      const [leader] = struck;
      if (leader && target === 'leader') await cluster.elects({ other: leader, within: '5s' });
      await load.run(hold);
    });
    await step('recover', async () => {
      await cluster.converges({ within: '15s' });
      await load.run('3s');
    });
  },
);
