import type { Member } from '../cluster/member.ts';
import {
  choice,
  converges,
  durable,
  duration,
  elects,
  exercised,
  kill,
  oneLeaderPerTerm,
  recoversWithin,
  scenario,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Kill one member, each in turn, or all at once: what was acknowledged is there when they are back.',
    teaches:
      'A killed leader costs an election, a killed follower nothing that clients notice. Members come back on their own data and are sent what they missed. Killed all at once, etcd is back as soon as a majority has started and elected, with every acknowledged write.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      mode: choice(
        ['one', 'rolling', 'all'],
        'one',
        'one member, each member in turn with the cluster whole in between, or all at once',
      ),
      target: choice(['leader', 'follower'], 'leader', 'who is killed, where it is one'),
      hold: duration('10s', 'how long each of them is down'),
      restart: choice(['after-hold', 'never'], 'after-hold', 'whether they are started again'),
    },
    short: { hold: '5s' },
    control: {
      set: { restart: 'never' },
      violates: ['timeline', 'converges', 'recovers-within'],
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
    const { mode, target, hold, restart } = parameters;
    const leader = await cluster.leader();
    const one = target === 'leader' ? [leader] : random.sample(cluster.except(leader), 1);
    const rounds: Record<typeof mode, () => Member[][]> = {
      one: () => [one],
      rolling: () => cluster.members.map((member) => [member]),
      all: () => [[...cluster.members]],
    };
    for (const victims of rounds[mode]()) {
      await step(`kill ${victims.map(({ name }) => name).join(', ')}`, async () => {
        const death = await cluster.inject(kill(victims));
        await load.run(hold);
        if (restart !== 'never') await death.heal();
      });
      await step('recover', async () => {
        await cluster.converges({ within: '15s' });
        await load.run('2s');
      });
    }
  },
);
