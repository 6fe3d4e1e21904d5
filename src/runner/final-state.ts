import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { messageOf } from '../errors.ts';
import type { JournalEvent } from '../journal/events.ts';

/**
 * Looks at every voter once the clients have stopped: revision, HashKV, term, leader, health; a
 * learner refuses to tell its hash. All are hashed at `revision`, or at what the last of them has reached where that is less,
 * so that the hashes of members that differ can be compared all the same. One `final-state`
 * observation each; a member that cannot tell says why.
 */
export async function observeFinalState(
  cluster: Cluster,
  revision: number,
  nowMs: () => number,
  write: (event: JournalEvent) => void,
): Promise<void> {
  const reached = await Promise.all(
    cluster.voters().map(({ admin }) =>
      admin.status().then(
        (status) => status.revision,
        () => revision,
      ),
    ),
  );
  const common = Math.min(revision, ...reached);
  await Promise.all(
    cluster.voters().map(async (member) => {
      const data = await finalState(member, common);
      write({ type: 'observation', t: nowMs(), name: 'final-state', member: member.name, data });
    }),
  );
}

async function finalState(
  member: Member,
  hashRevision: number,
): Promise<Record<string, string | number | boolean>> {
  try {
    const [status, hash, health] = await Promise.all([
      member.admin.status(),
      member.admin.hashKv(hashRevision),
      member.health(),
    ]);
    return {
      revision: status.revision,
      hash: hash.hash,
      hashRevision,
      compactRevision: hash.compactRevision,
      term: status.raftTerm,
      leader: status.leader ?? '',
      healthy: health.healthy,
    };
  } catch (error) {
    return { error: messageOf(error) };
  }
}
