import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { eventually, type Wait } from '../wait.ts';

/**
 * Raft gives a transfer up after one election timeout, where the heir was late, and etcd goes on
 * waiting for it without a word: whoever asked asks again.
 */
const transferWithinMs = 2500;

/**
 * Hands leadership over to `heir`, by MoveLeader, and waits until a majority names the new leader.
 * Whoever leads by then is asked, and asked again where nothing came of it. With `from` it is enough
 * that this one leads no more. Resolves with how often MoveLeader was asked for: never, where an
 * election came first.
 */
export async function handOver(
  cluster: Pick<Cluster, 'leader'>,
  heir: Member,
  wait: Pick<Wait, 'withinMs' | 'code'>,
  from?: Member,
): Promise<{ readonly asked: number }> {
  let asked = 0;
  return eventually({ ...wait, subject: `${heir.name} as the leader` }, async () => {
    const leader = await cluster.leader();
    if (from === undefined ? leader === heir : leader !== from) return { asked };
    const { memberId, leader: named } = await heir.admin.status();
    // It knows first; the others' views are a moment behind.
    if (named === memberId) return undefined;
    asked += 1;
    await leader.admin.moveLeader(memberId, transferWithinMs);
    return undefined;
  });
}
