import {
  choice,
  converges,
  durable,
  duration,
  elects,
  exercised,
  isolatedRefuses,
  oneLeaderPerTerm,
  pause,
  quorum,
  recoversWithin,
  scenario,
  serializableAnswers,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Let members stand still: the rest must go on without them, and nobody may believe a leader that wakes.',
    teaches:
      'A process that stands still breaks no connection: the kernel acknowledges for it, and only missing heartbeats tell. A paused leader is replaced as quickly as a dead one; when it wakes it still takes itself for the leader, and must ask a majority before it answers anything.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      target: choice(
        ['leader', 'follower', 'majority'],
        'leader',
        'who stands still: the leader, one follower, or the smallest majority with the leader',
      ),
      means: choice(['signal', 'freezer'], 'signal', "SIGSTOP, or the cgroup's freezer"),
      hold: duration('10s', 'how long they stand still'),
      resume: choice(['after-hold', 'never'], 'after-hold', 'whether they go on before the end'),
    },
    short: { hold: '5s' },
    control: {
      set: { resume: 'never' },
      violates: ['timeline', 'converges', 'recovers-within'],
      because: 'who stands still to the end cannot catch up',
    },
    assertions: ({ hold }) => [
      elects(),
      isolatedRefuses(),
      serializableAnswers(),
      recoversWithin('10s'),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 100, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, probe, random, parameters }) => {
    const { target, means, hold, resume } = parameters;
    const leader = await cluster.leader();
    const followers = cluster.except(leader);
    const paused = {
      leader: () => [leader],
      follower: () => random.sample(followers, 1),
      majority: () => [leader, ...random.sample(followers, quorum(followers.length + 1) - 1)],
    }[target]();
    await using _probes = probe(cluster.except(...paused));
    await step(`pause ${paused.map(({ name }) => name).join(', ')}`, async () => {
      const stillness = await cluster.inject(pause(paused, { means }));
      await load.run(hold);
      if (resume !== 'never') await stillness.heal();
    });
    await step('recover', async () => {
      await cluster.converges({ within: '15s' });
      await load.run('3s');
    });
  },
);
