import { DrillError, exitCode } from '../errors.ts';
import { openAdmin } from '../etcd/admin.ts';
import type { EtcdClient } from '../etcd/client.ts';

/** What a cluster was found to be before a backup of it. */
export interface Acknowledged {
  readonly clusterId: string;
  /** Everything acknowledged before the question is at this revision or below. */
  readonly revision: number;
}

/** Above the 7 s after which a member without a quorum gives up. */
const readWithinMs = 8000;

/**
 * Asks all endpoints for a linearizable read and takes the highest revision of those that answer.
 * Throws a `DrillError` when none does, or when they belong to different clusters.
 */
export async function acknowledged(clients: readonly EtcdClient[]): Promise<Acknowledged> {
  const answers = await Promise.all(clients.map(ask));
  const found = answers.filter((answer) => answer.kind === 'answer');
  const [first] = found;
  if (first === undefined) {
    const reasons = answers.map(({ endpoint, reason }) => `\n  ${endpoint}: ${reason}`).join('');
    throw new DrillError(
      `No endpoint answered a linearizable read, so nobody knows what a backup must have:${reasons}\nName the endpoints of a cluster that has a leader; one with TLS is written https://.`,
    );
  }
  const other = found.find(({ clusterId }) => clusterId !== first.clusterId);
  if (other !== undefined) {
    throw new DrillError(
      `The endpoints belong to two clusters: ${first.endpoint} to ${first.clusterId}, ${other.endpoint} to ${other.clusterId}. Name those of one.`,
      exitCode.couldNotRun,
    );
  }
  const revision = Math.max(...found.map((answer) => answer.revision));
  return { clusterId: first.clusterId, revision };
}

type Answer = { readonly endpoint: string; readonly reason: string } & (
  | { readonly kind: 'answer'; readonly clusterId: string; readonly revision: number }
  | { readonly kind: 'none' }
);

async function ask(client: EtcdClient): Promise<Answer> {
  const endpoint = client.target.member;
  // Any key will do: the answer's header has the revision, and no value is fetched.
  const outcome = await client.perform(
    { kind: 'range', key: '\0' },
    { deadlineMs: readWithinMs, requireLeader: true },
  );
  if (outcome.status !== 'ok') return { kind: 'none', endpoint, reason: outcome.error.message };
  try {
    const { clusterId } = await openAdmin(client).status();
    const { revision } = outcome.result;
    return { kind: 'answer', endpoint, clusterId, revision, reason: '' };
  } catch (error) {
    return { kind: 'none', endpoint, reason: String(error) };
  }
}
