import { majorityWithout } from '../actions/majority-without.ts';
import type { Member } from '../cluster/member.ts';
import {
  type Stage,
  choice,
  converges,
  dataLoss,
  durable,
  duration,
  exercised,
  firstWrite,
  forceNewCluster,
  fullHealth,
  fullServiceWithin,
  oneLeaderPerTerm,
  rebuildMember,
  restoreBackup,
  saveBackup,
  scenario,
  survivorKeepsMore,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Lose the quorum for good, twice: force a new cluster of a survivor, then restore the backup, and count what each way out keeps.',
    teaches:
      '`--force-new-cluster` keeps what the survivor has, which is all but the last writes if it was up to the end, and as old as the survivor if it was not. It serves with one member within seconds, and has no redundancy until the others are added anew, one by one. A restore loses what was written since the backup, and has every member at once. Neither may be started beside the old cluster. Choose by which is younger, and take a backup first whatever you choose.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      way: choice(
        ['both', 'force-new-cluster', 'restore'],
        'both',
        'which way out is taken; both: one disaster after the other',
      ),
      survivor: choice(
        ['current', 'behind'],
        'current',
        'up until the majority is lost, or down for a while before, and never looked after',
      ),
      after: duration('5s', 'how long clients write on after the backup'),
      rpo: duration('60s', 'the last writes that may be lost, in time'),
      within: duration('2m', 'how long it may take from the loss to full service'),
    },
    short: { after: '3s' },
    control: {
      set: { survivor: 'behind' },
      violates: ['survivor-keeps-more'],
      because: 'what the majority acknowledged while the survivor was down is on no disk any more',
    },
    assertions: ({ way, rpo, within }) => [
      fullServiceWithin(within),
      durable({ allowedLoss: { within: rpo } }),
      ...(way === 'both' ? [survivorKeepsMore()] : []),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 0, faultLasted: 0 }),
    ],
  },
  async (stage) => {
    const { cluster, load, step, random, parameters } = stage;
    const { way, after } = parameters;
    if (way !== 'restore') {
      const leader = await cluster.leader();
      const [survivor = leader] = random.sample(cluster.except(leader), 1);
      if (parameters.survivor === 'behind')
        await step(`write on while ${survivor.name} is down`, async () => {
          await survivor.kill();
          await load.run(after * downFor);
        });
      await step('save a backup, and write on', () => saveAndWriteOn(stage, after));
      await forced(stage, survivor);
    }
    if (way !== 'force-new-cluster') {
      const backup = await step('save a backup, and write on', () => saveAndWriteOn(stage, after));
      await restored(stage, backup);
    }
    await step('go on', () => load.run('2s'));
  },
);

/** So many times longer than writes are younger than the backup: fewer are made without a member. */
const downFor = 2;

async function saveAndWriteOn(stage: Stage, afterMs: number) {
  const backup = await saveBackup(stage);
  await stage.load.run(afterMs);
  return backup;
}

async function forced(stage: Stage, survivor: Member): Promise<void> {
  const { cluster, recovery, nowMs, random } = stage;
  const { members } = cluster;
  const lost = majorityWithout(survivor, { members, leader: await cluster.leader(), random });
  const lostMs = nowMs();
  await using _ = await cluster.inject(dataLoss(lost));
  const title = `force a new cluster of ${survivor.name}`;
  await recovery(title, lostMs, async (phase) => {
    await forceNewCluster(stage, survivor, phase);
    await phase('first write', () => firstWrite(stage, survivor));
    for (const member of cluster.except(survivor))
      await rebuildMember({ ...stage, step: phase }, member);
    await phase('full health', () => fullHealth(stage));
  });
}

async function restored(stage: Stage, backup: Awaited<ReturnType<typeof saveBackup>>) {
  const { cluster, recovery, nowMs, random } = stage;
  const leader = await cluster.leader();
  const [survivor = leader] = random.sample(cluster.except(leader), 1);
  const lost = majorityWithout(survivor, { members: cluster.members, leader, random });
  const lostMs = nowMs();
  await using _ = await cluster.inject(dataLoss(lost));
  await recovery('restore the backup on every member', lostMs, async (phase) => {
    await restoreBackup(stage, backup, undefined, phase);
    const asked = await cluster.leader();
    await phase('first write', () => firstWrite(stage, asked));
    await phase('full health', () => fullHealth(stage));
  });
}
