import type { EtcdClient } from '../etcd/client.ts';
import type { KeyValue, RangeRequest } from '../history/operation.ts';

/** What one member answered when asked for everything it has. */
export type KeyspaceRead =
  | { readonly kind: 'read'; readonly revision: number; readonly kvs: readonly KeyValue[] }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** The answer will not change: the revision lies in the future, or is compacted. */
      readonly final: boolean;
    };

const deadlineMs = 3000;
const pageKeys = 1000;
/** `OUT_OF_RANGE` */
const outOfRange = 11;

/** Every key, linearizable, page by page, at `revision`, else at the first answer's. Not recorded. */
export async function readKeyspace(client: EtcdClient, revision?: number): Promise<KeyspaceRead> {
  const kvs: KeyValue[] = [];
  let request: RangeRequest = {
    kind: 'range',
    key: '\0',
    end: '\0',
    limit: pageKeys,
    ...(revision === undefined ? {} : { revision }),
  };
  while (true) {
    const outcome = await client.perform(request, { deadlineMs, requireLeader: true });
    if (outcome.status !== 'ok') {
      const { code, message } = outcome.error;
      const reason = `${client.target.member} answered ${message}`;
      return { kind: 'failed', reason, final: code === outOfRange };
    }
    const { result } = outcome;
    if (result.kind !== 'range') throw new Error(`a range was answered as ${result.kind}`);
    for (const kv of result.kvs) kvs.push(kv);
    const at = request.revision ?? result.revision;
    const last = result.kvs.at(-1);
    if (last === undefined || result.kvs.length >= result.count) {
      return { kind: 'read', revision: at, kvs };
    }
    request = { ...request, key: `${last.key}\0`, revision: at };
  }
}
