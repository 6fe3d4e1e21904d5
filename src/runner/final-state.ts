import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { messageOf } from '../errors.ts';
import type { JournalEvent } from '../journal/events.ts';

/**
 * Looks at every present member once the clients have stopped: revision, HashKV at `revision`, term,
 * leader, health. One `final-state` observation each; a member that cannot tell says why.
 */
export async function observeFinalState(
  cluster: Cluster,
  revision: number,
  nowMs: () => number,
  write: (event: JournalEvent) => void,
): Promise<void> {
  await Promise.all(
    cluster.members.map(async (member) => {
      const data = await finalState(member, revision);
      write({ type: 'observation', t: nowMs(), name: 'final-state', member: member.name, data });
    }),
  );
}

async function finalState(
  member: Member,
  revision: number,
): Promise<Record<string, string | number | boolean>> {
  try {
    const [status, hash, health] = await Promise.all([
      member.admin.status(),
      member.admin.hashKv(revision),
      member.health(),
    ]);
    return {
      revision: status.revision,
      hash: hash.hash,
      compactRevision: hash.compactRevision,
      term: status.raftTerm,
      leader: status.leader ?? '',
      healthy: health.healthy,
    };
  } catch (error) {
    return { error: messageOf(error) };
  }
}
