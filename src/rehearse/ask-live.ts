import { type EtcdTarget, openClient } from '../etcd/client.ts';
import type { Found, Live } from './facts.ts';
import { found } from './found.ts';
import { countKeys } from './served-keys.ts';

/**
 * Counts the keys of a live cluster at the file's revision, by the first endpoint that answers. Two
 * reads of one key each are all that is sent to it.
 */
export async function askLive(
  live: readonly EtcdTarget[],
  fileRevision: number,
): Promise<Found<Live>> {
  const reasons: string[] = [];
  for (const target of live) {
    await using client = openClient(target);
    const answer = await found(async (): Promise<Live> => {
      const { clusterId, revision } = await countKeys(client);
      const { keys } = await countKeys(client, fileRevision);
      return { endpoint: target.address, clusterId, keys, revision };
    });
    if (answer.kind === 'found') return answer;
    reasons.push(explained(answer.reason, fileRevision));
  }
  return { kind: 'unknown', reason: reasons.join('; ') };
}

function explained(reason: string, revision: number): string {
  if (reason.includes('compacted'))
    return `the live cluster has compacted revision ${revision}, so what it had then cannot be counted (${reason})`;
  if (reason.includes('future revision'))
    return `the live cluster has not come to revision ${revision} yet: it is another one, or was restored since (${reason})`;
  return reason;
}
