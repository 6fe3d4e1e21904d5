import {
  choice,
  converges,
  durable,
  duration,
  elects,
  exercised,
  isolatedRefuses,
  kill,
  oneLeaderPerTerm,
  quorum,
  recoversWithin,
  scenario,
  serializableAnswers,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Kill a majority: who is left must refuse all but serializable reads, and serve again once one returns.',
    teaches:
      'Without a majority etcd has no leader and acknowledges nothing: writes and linearizable reads time out, serializable reads answer with what the member knew last. One member that returns is enough to elect and to serve; the others follow without being missed.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      leader: choice(['killed', 'left'], 'killed', 'whether the leader is among the killed'),
      hold: duration('10s', 'how long the majority is down'),
      restart: choice(
        ['in-turn', 'together', 'never'],
        'in-turn',
        'the next once the one before serves, all at once, or not at all',
      ),
    },
    short: { hold: '5s' },
    control: {
      set: { restart: 'never' },
      violates: ['timeline', 'converges', 'recovers-within'],
      because: 'without a majority nobody serves until the end',
    },
    assertions: ({ hold }) => [
      elects(),
      isolatedRefuses(),
      serializableAnswers(),
      recoversWithin('10s'),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, probe, random, parameters }) => {
    const { hold, restart } = parameters;
    const leader = await cluster.leader();
    const followers = cluster.except(leader);
    const size = quorum(cluster.members.length);
    const struck =
      parameters.leader === 'killed'
        ? [leader, ...random.sample(followers, size - 1)]
        : random.sample(followers, Math.min(size, followers.length));
    const back = restart === 'never' ? 'together' : restart;
    // Answers to what is refused take 7 s: they must not be waited for after the heal.
    await using _probes = probe(cluster.except(...struck));
    await step(`kill ${struck.map(({ name }) => name).join(', ')}`, async () => {
      const loss = await cluster.inject(kill(struck, { back }));
      await load.run(hold);
      if (restart !== 'never') await loss.heal();
    });
    await step('recover', async () => {
      await cluster.converges({ within: '15s' });
      await load.run('3s');
    });
  },
);
