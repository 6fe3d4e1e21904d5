import {
  choice,
  converges,
  durable,
  duration,
  exercised,
  flapping,
  integer,
  oneLeaderPerTerm,
  partition,
  recoversWithin,
  scenario,
  stableLeader,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Cut a member off and let it back, again and again: one bad link must not cost the others their leader.',
    teaches:
      'That a member behind a flapping link harms nobody but itself, because of pre-vote (the default since etcd 3.5): each time it comes back, it has raised no term, so the leader stays. Without pre-vote every return deposes the leader and costs the whole cluster an election. Where it is the leader that flaps, another takes over at the first cut, and the leadership does not come back to the bad link by itself.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      target: choice(['follower', 'leader'], 'follower', 'whose link flaps'),
      on: duration(
        '3s',
        'how long the member is cut off in each cycle; two election timeouts or more let it campaign',
      ),
      off: duration('3s', 'how long it is back in each cycle'),
      cycles: integer({ min: 1, max: 100 }, 4, 'how often'),
      preVote: choice(['on', 'off'], 'on', 'whether members ask before they campaign'),
    },
    short: { on: '2200ms', off: '1s', cycles: '2' },
    control: {
      set: { preVote: 'off' },
      violates: ['stable-leader'],
      because: 'the member campaigns while it is cut off, and comes back with a higher term',
    },
    cluster: ({ preVote }) => ({ preVote: preVote === 'on' }),
    assertions: ({ target, on, off }) => [
      ...(target === 'follower' ? [stableLeader()] : []),
      recoversWithin('10s'),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 100, faultLasted: on + off }),
    ],
  },
  async ({ cluster, load, step, random, parameters: { target, on, off, cycles } }) => {
    const leader = await cluster.leader();
    const flapper = target === 'leader' ? [leader] : random.sample(cluster.except(leader), 1);
    const cut = partition(flapper, cluster.except(...flapper));
    const fault = flapping(cut, { on, off, cycles });
    await step(fault.title, async () => {
      // Proven by its first cycle, so it comes back after one; a little longer for what proofs take.
      await using _ = await cluster.inject(fault);
      await load.run((cycles - 1) * (on + off + 1000));
      // Taken over at the first cut, and not given back.
      if (target === 'leader') await cluster.elects({ other: leader, within: '5s' });
    });
    await step('recover', async () => {
      await cluster.converges({ within: '15s' });
      await load.run('3s');
    });
  },
);
