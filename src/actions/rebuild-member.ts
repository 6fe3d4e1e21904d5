import type { Member } from '../cluster/member.ts';
import { DrillError } from '../errors.ts';
import { isAble } from '../load/abilities.ts';
import type { Stage } from '../runner/stage.ts';

const convergesWithinMs = 60_000;

/**
 * Gives a member that lost its data, or whose data is wrong, new data from the others: taken out of
 * the cluster, wiped, and added again in its place, as a learner that is promoted once it has caught
 * up (a voter at once before 3.4, which has no learners). Address, port, disks and name stay; its
 * Raft id is another. The others must have a quorum without it.
 */
export async function rebuildMember(
  { cluster, step, observe }: Pick<Stage, 'cluster' | 'step' | 'observe'>,
  member: Member,
): Promise<void> {
  const { name } = member;
  const others = cluster.voters().filter((other) => other !== member);
  if (!others.some(({ state }) => state === 'running'))
    throw new DrillError(`${name} cannot be rebuilt: no other member is running.`);

  await step(`take ${name} out of the cluster and wipe it`, async () => {
    if (member.state === 'running') await member.stop();
    // A cluster that was forced of one survivor has taken it out already.
    if (cluster.present().includes(member)) await cluster.expel(member);
    await member.files((files) => files.must('rm -rf /data/etcd /wal/etcd'));
  });
  const learner = isAble(member.image.version, 'learners');
  await step(`add ${name} again, empty`, () => cluster.readmit(member, { learner }));
  await step(`let ${name} catch up`, async () => {
    if (learner) observe('promotion', { ...(await cluster.promote(member)) }, member);
    await cluster.converges({ within: convergesWithinMs });
  });
}
