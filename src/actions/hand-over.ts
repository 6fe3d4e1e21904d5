import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { type ExitCode, exitCode } from '../errors.ts';
import { eventually } from '../wait.ts';

/**
 * Raft gives a transfer up after one election timeout, where the heir was late, and etcd goes on
 * waiting for it without a word: whoever asked asks again.
 */
const transferWithinMs = 2500;
const leadsWithinMs = 10_000;

export interface HandOver {
  /** It is enough that this one leads no more. */
  readonly from?: Member;
  /** What it means where that does not come about; inconclusive unless told otherwise. */
  readonly code?: ExitCode;
}

/**
 * Hands leadership over to `heir`, by MoveLeader, and waits up to 10 s until a majority names the new
 * leader. Whoever leads by then is asked, and asked again where nothing came of it. Resolves with how
 * often MoveLeader was asked for: never, where an election came first.
 */
export async function handOver(
  cluster: Pick<Cluster, 'view' | 'member'>,
  heir: Member,
  { from, code = exitCode.inconclusive }: HandOver = {},
): Promise<{ readonly asked: number }> {
  let asked = 0;
  const wait = { subject: `${heir.name} as the leader`, withinMs: leadsWithinMs, code };
  return eventually(wait, async () => {
    const { leader } = cluster.view();
    if (leader === null) return undefined;
    if (from === undefined ? leader === heir.name : leader !== from.name) return { asked };
    const { memberId, leader: named } = await heir.admin.status();
    // It knows first; the others' views are a moment behind.
    if (named === memberId) return undefined;
    asked += 1;
    await cluster.member(leader).admin.moveLeader(memberId, transferWithinMs);
    return undefined;
  });
}
