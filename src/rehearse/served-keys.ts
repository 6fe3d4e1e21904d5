import type { EtcdClient } from '../etcd/client.ts';
import { KV, type KeyValue, type RangeResponse } from '../etcd/proto/etcd_pb.js';
import { rpc } from '../etcd/rpc.ts';

/** A page holds at most so many keys … */
const mostKeys = 2000;
/** … and so many bytes, by the largest key there is. */
const mostBytes = 64 * 2 ** 20;
const pageWithinMs = 60_000;

/**
 * Every key that one member serves at `revision`, linearizable, by name, a page at a time. A page is
 * bounded by the largest key and value there can be. Throws `EtcdError`.
 */
export async function* servedKeys(
  client: EtcdClient,
  { revision, largestBytes }: { readonly revision: number; readonly largestBytes: number },
): AsyncGenerator<readonly KeyValue[], void> {
  const fitting = Math.floor(mostBytes / Math.max(1, largestBytes));
  const limit = Math.min(mostKeys, Math.max(1, fitting));
  for (let from: Uint8Array | undefined = first; from !== undefined;) {
    const { kvs, more } = await range(client, from, revision, limit);
    yield kvs;
    const last = kvs.at(-1)?.key;
    from = more && last !== undefined ? Buffer.concat([last, first]) : undefined;
  }
}

/** How many keys a member serves at `revision`, by default at its newest. Throws `EtcdError`. */
export async function countKeys(
  client: EtcdClient,
  revision = 0,
): Promise<{ readonly keys: number; readonly revision: number }> {
  const { count, header } = await range(client, first, revision, 1);
  return { keys: Number(count), revision: Number(header?.revision ?? 0n) };
}

/** The smallest name there is; as a range's end it means "to the last key". */
const first = Uint8Array.of(0);

function range(
  client: EtcdClient,
  key: Uint8Array,
  revision: number,
  limit: number,
): Promise<RangeResponse> {
  const request = { key, rangeEnd: first, revision: BigInt(revision), limit: BigInt(limit) };
  return rpc(client, KV.method.range, request, pageWithinMs);
}
