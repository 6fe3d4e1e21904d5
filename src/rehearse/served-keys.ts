import { toHex } from '../etcd/admin-answers.ts';
import type { EtcdClient } from '../etcd/client.ts';
import { KV, type KeyValue, type RangeResponse } from '../etcd/proto/etcd_pb.js';
import { rpc } from '../etcd/rpc.ts';

/** Of small keys a page has no more than these. */
const mostKeys = 20_000;
const pageWithinMs = 60_000;

/**
 * Every key that one member serves at `revision`, linearizable, by name, a page at a time: from one
 * of `bounds` (ascending) to the next. Throws `EtcdError`.
 */
export async function* servedKeys(
  client: EtcdClient,
  { revision, bounds }: { readonly revision: number; readonly bounds: readonly Uint8Array[] },
): AsyncGenerator<readonly KeyValue[], void> {
  for (const [index, begin] of [first, ...bounds].entries()) {
    const end = bounds[index] ?? first;
    for (let from: Uint8Array | undefined = begin; from !== undefined;) {
      const { kvs, more } = await range(client, { from, end, revision, limit: mostKeys });
      yield kvs;
      const last = kvs.at(-1)?.key;
      from = more && last !== undefined ? Buffer.concat([last, first]) : undefined;
    }
  }
}

/** How many keys a member serves at `revision`, by default at its newest. Throws `EtcdError`. */
export async function countKeys(
  client: EtcdClient,
  revision = 0,
): Promise<{ readonly keys: number; readonly revision: number; readonly clusterId: string }> {
  const { count, header } = await range(client, {
    from: first,
    end: first,
    revision,
    limit: 1,
  });
  return {
    keys: Number(count),
    revision: Number(header?.revision ?? 0n),
    clusterId: toHex(header?.clusterId),
  };
}

/** The smallest name there is; as a range's end it means "to the last key". */
const first = Uint8Array.of(0);

interface Page {
  readonly from: Uint8Array;
  readonly end: Uint8Array;
  readonly revision: number;
  readonly limit: number;
}

function range(client: EtcdClient, { from, end, revision, limit }: Page): Promise<RangeResponse> {
  const request = {
    key: from,
    rangeEnd: end,
    revision: BigInt(revision),
    limit: BigInt(limit),
  };
  return rpc(client, KV.method.range, request, pageWithinMs);
}
