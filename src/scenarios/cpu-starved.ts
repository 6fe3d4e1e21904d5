import {
  choice,
  converges,
  cpuQuota,
  durable,
  duration,
  exercised,
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
      'Leave members little of a CPU: the cluster gets slow, but must go on acknowledging and lose nothing.',
    teaches:
      'A quota makes etcd stand still for most of each tenth of a second. A starved leader sends its heartbeats late: above an election timeout of them it is replaced, below it every write waits for it. Starved on every member, a cluster flaps until none of its leaders lasts.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      target: choice(
        ['leader', 'follower', 'all'],
        'all',
        'who is starved: the leader, one follower, or every member',
      ),
      percent: integer({ min: 1, max: 100 }, 5, 'of one CPU that each of them may use'),
      within: duration('1500ms', 'the longest time without an acknowledged write'),
      hold: duration('10s', 'how long the quota lasts'),
    },
    short: { hold: '5s' },
    control: {
      set: { percent: '1' },
      violates: ['recovers-within'],
      because:
        'members that run for a millisecond in each tenth of a second acknowledge nothing for seconds, whoever leads',
    },
    assertions: ({ within, hold }) => [
      recoversWithin(within),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 20, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, random, parameters }) => {
    const { target, percent, hold } = parameters;
    const starved = await resolveTargets(cluster, target, random);
    await step(`starve ${starved.map(({ name }) => name).join(', ')}`, async () => {
      const quotas = starved.map((member) => cpuQuota(member, { percent }));
      await using _ = await injectAll(cluster, quotas);
      await load.run(hold);
    });
    await step('recover', async () => {
      await cluster.converges({ within: '15s' });
      await load.run('3s');
    });
  },
);
