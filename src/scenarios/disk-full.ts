import {
  choice,
  converges,
  diskFull,
  durable,
  duration,
  exercised,
  injectAll,
  oneLeaderPerTerm,
  recoversWithin,
  resolveTargets,
  scenario,
  triggered,
} from '../index.ts';

const diskBytes = 300 * 1024 * 1024;

/** Until the database has to grow. */
const endsWithinMs = 20_000;

export default scenario(
  {
    summary:
      "Fill a member's data disk until etcd ends, or its log disk: the rest must serve, and the member be whole once there is space.",
    teaches:
      'That etcd ends on a full disk (`no space left on device`) and does not start until space is freed; then it comes back by itself, with all that it had. A full log disk is not felt until the segment of 64 MB that etcd allocated ahead is used up, minutes or hours later: watch the free space there, as no failure will tell.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      disk: choice(['data', 'wal'], 'data', 'which disk is full'),
      target: choice(
        ['leader', 'follower', 'majority'],
        'leader',
        'whose disk is full: the leader, one follower, or the smallest majority with the leader',
      ),
      hold: duration('10s', 'how long it stays full'),
    },
    short: { hold: '6s' },
    control: {
      set: { target: 'majority' },
      violates: ['recovers-within', 'elects'],
      because: 'without a majority nothing is acknowledged until there is space again',
    },
    cluster: ({ disk }) => ({
      disks: { data: diskBytes, ...(disk === 'wal' ? { wal: diskBytes } : {}) },
    }),
    // So that the database has to grow soon.
    load: { valueBytes: 2000 },
    assertions: ({ hold }) => [
      triggered(),
      recoversWithin('5s'),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 50, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, random, trigger, nowMs, parameters }) => {
    const { disk, target, hold } = parameters;
    const struck = await resolveTargets(cluster, target, random);
    const names = struck.map(({ name }) => name).join(', ');
    await step(`fill the ${disk} disk of ${names}`, async () => {
      const faults = struck.map((member) => diskFull(member, { disk }));
      await using _ = await injectAll(cluster, faults);
      const dueMs = nowMs() + (disk === 'data' ? endsWithinMs : 0);
      while (struck.some(({ state }) => state === 'running') && nowMs() < dueMs)
        await load.run('200ms');
      await load.run(hold);
      for (const { name, state } of struck)
        trigger(
          (state === 'exited') === (disk === 'data'),
          `etcd of ${name} was ${state} with its ${disk} disk full`,
        );
    });
    await step('start again', async () => {
      for (const member of struck) if (member.state === 'exited') await member.start();
      await cluster.converges({ within: '20s' });
      await load.run('3s');
    });
  },
);
