import type { Member } from '../cluster/member.ts';
import { isAble } from '../load/abilities.ts';
import type { Stage } from '../runner/stage.ts';

/**
 * Adds a member the way that never endangers the quorum: as a learner, which has no vote until it
 * has caught up (a voter at once before 3.4, which has no learners). `meanwhile` is what goes on
 * between etcd's word that the member is in and its start. How long it took to catch up is kept
 * (`promotion`).
 */
export async function addLearner(
  { cluster, observe }: Pick<Stage, 'cluster' | 'observe'>,
  meanwhile: () => Promise<void>,
): Promise<Member> {
  const learner = cluster.voters().every(({ image }) => isAble(image.version, 'learners'));
  const member = await cluster.add({ learner, start: false });
  await meanwhile();
  await member.start();
  if (learner) observe('promotion', { ...(await cluster.promote(member)) }, member);
  return member;
}
