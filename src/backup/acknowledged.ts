import { DrillError, exitCode } from '../errors.ts';
import { eventually } from '../wait.ts';
import { openAdmin } from '../etcd/admin.ts';
import type { EtcdClient } from '../etcd/client.ts';

/** What a cluster was found to be before a backup of it. */
export interface Acknowledged {
  readonly clusterId: string;
  /** Everything acknowledged before the question is at this revision or below. */
  readonly revision: number;
}

/** A read that got caught in an election is sent again. */
const readWithinMs = 2000;
/** Long enough for several elections. */
const answeredWithinMs = 10_000;

/**
 * Asks all endpoints for a linearizable read and takes the highest revision of those that answer; if
 * none does, again, until an election may be over. Throws a `DrillError` when there is no answer, or
 * when the endpoints belong to different clusters.
 */
export async function acknowledged(
  clients: readonly EtcdClient[],
  signal?: AbortSignal,
): Promise<Acknowledged> {
  const found = await answersOf(clients, signal);
  const [first] = found;
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

async function answersOf(
  clients: readonly EtcdClient[],
  signal: AbortSignal | undefined,
): Promise<readonly [Found, ...Found[]]> {
  let reasons: readonly string[] = [];
  try {
    const wait = { subject: 'An answer', withinMs: answeredWithinMs, code: exitCode.couldNotRun };
    return await eventually({ ...wait, everyMs: 200, ...(signal && { signal }) }, async () => {
      const answers = await Promise.all(clients.map(ask));
      reasons = answers.map(({ endpoint, reason }) => `\n  ${endpoint}: ${reason}`);
      const [first, ...others] = answers.filter((answer) => answer.kind === 'answer');
      return first && [first, ...others];
    });
  } catch (error) {
    if (!(error instanceof DrillError)) throw error;
    signal?.throwIfAborted();
    throw new DrillError(
      `No endpoint answered a linearizable read, so nobody knows what a backup must have:${reasons.join('')}\nName the endpoints of a cluster that has a leader; one with TLS is written https://.`,
      exitCode.couldNotRun,
      error,
    );
  }
}

type Found = Extract<Answer, { readonly kind: 'answer' }>;
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
