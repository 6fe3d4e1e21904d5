import {
  choice,
  converges,
  dataLoss,
  durable,
  exercised,
  fullServiceWithin,
  keepsQuorum,
  oneLeaderPerTerm,
  rebuildMember,
  recoversWithin,
  scenario,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Lose the disk of one member: it is taken out, wiped and added again as a learner, and the cluster never stops serving.',
    teaches:
      'A member without its data is no member any more: what it had voted for and acknowledged is gone, so etcd refuses to start it under its old identity. Remove it first (which needs the others’ quorum only), add it again as a learner, which does not count until it has caught up, then promote it. No backup is needed as long as a majority lives. Clients that know its endpoint meet a learner meanwhile, which refuses all but serializable reads: a stock client that sticks to it is out for seconds.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      target: choice(['follower', 'leader'], 'follower', 'whose disk is lost'),
      way: choice(
        ['learner', 'restart-empty'],
        'learner',
        'added anew as a learner, or started again, empty, as who it was',
      ),
    },
    short: {},
    control: {
      set: { way: 'restart-empty' },
      violates: ['timeline', 'converges', 'full-service-within'],
      because: 'etcd refuses to start a member that has been in the cluster and has lost its data',
    },
    assertions: [
      fullServiceWithin('30s'),
      recoversWithin('4200ms'),
      keepsQuorum(),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 100, faultLasted: '2s' }),
    ],
  },
  async (stage) => {
    const { cluster, load, step, recovery, nowMs, random, parameters } = stage;
    const leader = await cluster.leader();
    const [follower = leader] = random.sample(cluster.except(leader), 1);
    const victim = parameters.target === 'leader' ? leader : follower;
    const { name } = victim;
    const lostMs = nowMs();
    await using _ = await cluster.inject(dataLoss([victim]));
    await step(`write on without ${name}`, () => load.run('2s'));
    await recovery(`bring ${name} back`, lostMs, async (phase) => {
      if (parameters.way === 'learner') await rebuildMember({ ...stage, step: phase }, victim);
      // As an operator does who takes the empty disk for a member that was merely down.
      else await phase('restart', () => victim.restart());
      await phase('full health', () => cluster.converges({ within: '15s' }));
    });
    await step('go on', () => load.run('3s'));
  },
);
