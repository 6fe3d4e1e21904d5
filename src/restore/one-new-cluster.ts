import type { VerifiedBackup } from '../backup/verify-backup.ts';
import { DrillError, exitCode } from '../errors.ts';
import { openAdmin } from '../etcd/admin.ts';
import type { MemberStatus } from '../etcd/admin-answers.ts';
import type { EtcdClient } from '../etcd/client.ts';
import { cannotTell } from './cannot-tell.ts';

/** Above the 7 s for which a member without leader holds a read. */
const answeredWithinMs = 10_000;

/**
 * Makes sure that the endpoints are of one cluster, which is not the one that was backed up, and that
 * each of them takes part in it: it knows a leader and answers a linearizable read. Throws a
 * `DrillError`: exit code 1 for another cluster, 2 where an endpoint does not answer.
 */
export async function requireOneNewCluster(
  clients: readonly [EtcdClient, ...EtcdClient[]],
  { summary, manifest }: VerifiedBackup,
): Promise<void> {
  const [client] = clients;
  const first = await partOf(client);
  for (const each of clients) {
    const status = each === client ? first : await partOf(each);
    const { member } = each.target;
    const isFormer = summary.members.some(({ id }) => id === status.memberId);
    if (isFormer || status.clusterId === manifest?.clusterId)
      throw new DrillError(
        `${member} is of the cluster that was backed up, not of one restored from it: its ids (member ${status.memberId}, cluster ${status.clusterId}) are the old ones. Name the new cluster's endpoints; one that was restored without a token of its own is restored again with \`drill restore\`.`,
        exitCode.violated,
      );
    if (status.clusterId !== first.clusterId)
      throw new DrillError(
        `The endpoints belong to two clusters: ${client.target.member} to ${first.clusterId}, ${member} to ${status.clusterId}. They were not restored with one token and the same members: stop them all, and restore them with the commands of one plan.`,
        exitCode.violated,
      );
  }
}

async function partOf(client: EtcdClient): Promise<MemberStatus> {
  let status: MemberStatus;
  try {
    status = await openAdmin(client).status();
  } catch (error) {
    throw cannotTell(client, error);
  }
  if (status.leader === undefined) throw cannotTell(client, 'it knows no leader');
  // Any key will do: that it answers is what is asked.
  const read = await client.perform(
    { kind: 'range', key: '\0' },
    { deadlineMs: answeredWithinMs, requireLeader: true },
  );
  if (read.status !== 'ok') throw cannotTell(client, read.error.message);
  return status;
}
