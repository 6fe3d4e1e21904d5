import {
  choice,
  converges,
  dataLoss,
  durable,
  exercised,
  fullHealth,
  fullServiceWithin,
  keepsQuorum,
  oneLeaderPerTerm,
  rebuildMember,
  restoreAlone,
  saveBackup,
  scenario,
  triggered,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Restore one member of a living cluster from a snapshot, as many guides have it: it does not come back, and is rebuilt the right way.',
    teaches:
      'A snapshot restores a whole cluster, never one member of it. Restored under the cluster’s own token the member claims to be who it was and lacks what it had acknowledged: etcd panics, `tocommit(N) is out of range`, at every start; or, where the leader is another since, it joins without a word, applies what it has once more, and serves what nobody wrote. Under a new token it is a member of another cluster and never joins this one (`cluster ID mismatch`). While a majority lives no backup is needed: remove the member, wipe it, add it again as a learner, promote it.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      token: choice(
        ['own', 'new'],
        'own',
        'the cluster’s own `--initial-cluster-token`, or another',
      ),
      afterwards: choice(
        ['rebuild', 'leave'],
        'rebuild',
        'rebuilt from the others, or left as the restore made it',
      ),
    },
    short: {},
    control: {
      set: { afterwards: 'leave' },
      violates: ['converges', 'full-service-within'],
      alongside: ['timeline'],
      because: 'a member that was restored alone does not come back, however long one waits',
    },
    assertions: [
      triggered(),
      fullServiceWithin('90s'),
      keepsQuorum(),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 0, faultLasted: 0 }),
    ],
  },
  async (stage) => {
    const { cluster, load, step, recovery, trigger, random, nowMs, parameters } = stage;
    const leader = await cluster.leader();
    const [victim = leader] = random.sample(cluster.except(leader), 1);
    const { name } = victim;
    const backup = await step('take a backup, and write on', async () => {
      const saved = await saveBackup(stage);
      await load.run('2s');
      return saved;
    });
    const lostMs = nowMs();
    await using _ = await cluster.inject(dataLoss([victim]));
    const { kind, because } = await step(`restore ${name} alone from the backup`, () =>
      restoreAlone(stage, victim, backup.path, parameters.token),
    );
    const how = `${name}, restored alone under ${named[parameters.token]}, ${shown[kind]}`;
    trigger(true, `${how}: ${because}`);
    await recovery(`bring ${name} back`, lostMs, async (phase) => {
      if (victim.state === 'running') await phase('stop', () => victim.kill());
      if (parameters.afterwards === 'rebuild')
        await rebuildMember({ ...stage, step: phase }, victim);
      await phase('full health', () => fullHealth(stage));
    });
    await step('go on', () => load.run('2s'));
  },
);

const shown = {
  ended: 'ended by itself',
  apart: 'runs apart from the cluster',
  diverged: 'serves other data than the others',
};
const named = { own: 'the cluster’s own token', new: 'a new token' };
