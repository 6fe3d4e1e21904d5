import {
  choice,
  converges,
  durable,
  duration,
  elects,
  exercised,
  memoryLimit,
  oneLeaderPerTerm,
  recoversWithin,
  scenario,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Let the kernel kill a member for want of memory: the rest must serve, and it must come back whole.',
    teaches:
      'A limit that is too low ends etcd like SIGKILL, without a word in its own log: only the engine says that it was for want of memory (exit code 137). Nothing acknowledged is lost, and with its memory back the member catches up.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      target: choice(['leader', 'follower'], 'leader', 'whose memory is taken'),
      hold: duration('10s', 'how long it is down'),
      restart: choice(['after-hold', 'never'], 'after-hold', 'whether it is started again'),
    },
    short: { hold: '5s' },
    control: {
      set: { restart: 'never' },
      violates: ['timeline', 'converges'],
      because: 'who is never started again cannot end with the data of the others',
    },
    assertions: ({ hold }) => [
      elects(),
      recoversWithin('10s'),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 100, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, random, parameters }) => {
    const { target, hold, restart } = parameters;
    const leader = await cluster.leader();
    const [victim = leader] =
      target === 'leader' ? [leader] : random.sample(cluster.except(leader), 1);
    await step(`take the memory of ${victim.name}`, async () => {
      const want = await cluster.inject(memoryLimit(victim));
      await load.run(hold);
      if (restart !== 'never') await want.heal();
    });
    await step('recover', async () => {
      await cluster.converges({ within: '15s' });
      await load.run('3s');
    });
  },
);
