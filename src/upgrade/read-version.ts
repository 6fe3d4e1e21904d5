import { z } from 'zod';

const answer = z.object({
  etcdserver: z.string(),
  etcdcluster: z.string(),
  storage: z.string().optional(),
});

/** What a member's `/version` says. */
export interface MemberVersion {
  /** The cluster's version, `3.6.0`; `not_decided` at first. */
  readonly cluster: string;
  /** What its database is written for, `3.6.0`; from 3.6 on. */
  readonly storage?: string;
}

/** Asks the member at `host:port`; a member that does not answer within 2 s is an error. */
export async function readVersion(address: string): Promise<MemberVersion> {
  const response = await fetch(`http://${address}/version`, { signal: AbortSignal.timeout(2000) });
  const { etcdcluster, storage } = answer.parse(await response.json());
  return { cluster: etcdcluster, ...(storage === undefined ? {} : { storage }) };
}
