import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { EtcdTarget } from '../etcd/client.ts';

const answer = z.object({ etcdcluster: z.string(), storage: z.string().optional() });

/** What a member's `/version` says. */
export interface MemberVersion {
  /** The cluster's version, `3.6.0`; `not_decided` at first. */
  readonly cluster: string;
  /** What its database is written for, `3.6.0`; from 3.6 on. */
  readonly storage?: string;
}

/** Asks a member; no call of the API tells it. One that does not answer within 2 s is an error. */
export async function readVersion({
  address,
  tls,
}: Pick<EtcdTarget, 'address' | 'tls'>): Promise<MemberVersion> {
  const body = await read(address, tls);
  const { etcdcluster, storage } = answer.parse(JSON.parse(body));
  return { cluster: etcdcluster, ...(storage === undefined ? {} : { storage }) };
}

function read(address: string, tls: EtcdTarget['tls']): Promise<string> {
  const signal = AbortSignal.timeout(2000);
  return new Promise((resolve, reject) => {
    const request =
      tls === undefined
        ? getPlain(`http://${address}/version`, { signal })
        : getSecure(`https://${address}/version`, { signal, ...tls });
    request.once('response', (response) => void text(response).then(resolve, reject));
    request.once('error', reject);
  });
}
