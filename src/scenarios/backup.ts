import {
  backUp,
  backUpHealthy,
  backupsComplete,
  choice,
  converges,
  durable,
  duration,
  fallBehind,
  flag,
  handOver,
  oneLeaderPerTerm,
  partition,
  scenario,
  triggered,
} from '../index.ts';
import type { Stage } from '../runner/stage.ts';

export default scenario(
  {
    summary:
      'Back up every member under load, and while the leader changes; a cut-off member must be refused, because its snapshot is old.',
    teaches:
      'Any member serves a snapshot, also one that was cut off for hours: `etcdctl snapshot save` takes it and exits 0. Only its revision tells, held against a linearizable read made before. A backup is good once it was read back whole and is at that revision or above; a change of leader does not disturb it.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      change: choice(['move', 'kill'], 'move', 'MoveLeader, or a leader that dies'),
      verify: flag(true, 'whether a backup is held against what the cluster had acknowledged'),
      target: choice(['follower', 'leader'], 'follower', 'which member is cut off'),
      cut: duration('5s', 'how long the member is cut off before it is asked'),
    },
    short: { cut: '1s' },
    control: {
      set: { verify: 'false' },
      violates: ['backups-complete'],
      because: 'the cut-off member gives what it has, which ends where it was cut off',
    },
    assertions: [backupsComplete(), triggered(), durable(), converges(), oneLeaderPerTerm()],
  },
  async (stage) => {
    const { cluster, load, step, random, trigger, parameters } = stage;
    const { verify } = parameters;
    await step('back up every member in turn', async () => {
      for (const member of cluster.members) await backUpHealthy(stage, member, { verify });
    });
    await changeLeader(stage, parameters);
    const leader = await cluster.leader();
    const [follower = leader] = random.sample(cluster.except(leader), 1);
    const lonely = parameters.target === 'leader' ? leader : follower;
    await step(`back up ${lonely.name}, which is cut off`, async () => {
      await using _ = await cluster.inject(partition([lonely], cluster.except(lonely)));
      await load.run(parameters.cut);
      await fallBehind(stage, lonely);
      const end = await backUp(stage, lonely, { verify });
      if (end.kind === 'refused') trigger(end.lags, end.reason);
      else trigger(!verify, `${lonely.name}, cut off, gave a backup at revision ${end.revision}`);
    });
    await step('back it up again once it is back', async () => {
      await cluster.converges({ within: '15s' });
      await backUpHealthy(stage, lonely, { verify });
    });
  },
);

/** The backup is of a follower: what it is asked meanwhile must wait for the new leader. */
async function changeLeader(
  stage: Stage,
  { change, verify }: { readonly change: 'move' | 'kill'; readonly verify: boolean },
): Promise<void> {
  const { cluster, step } = stage;
  const leader = await cluster.leader();
  const [next] = cluster.except(leader);
  if (!next) throw new Error('one member has no follower');
  await step(`back up ${next.name} while ${leader.name} loses the lead`, async () => {
    const losing = change === 'move' ? handOver(cluster, next) : leader.kill();
    await Promise.all([losing, backUpHealthy(stage, next, { verify })]);
    await cluster.elects({ other: leader, within: '10s' });
    if (change === 'kill') await leader.start();
  });
}
