import { verifyBackup } from '../backup/verify-backup.ts';
import { DrillError, exitCode } from '../errors.ts';
import type { EtcdClient } from '../etcd/client.ts';
import { EtcdError } from '../etcd/error.ts';
import { KV, type KeyValue } from '../etcd/proto/etcd_pb.js';
import { rpc } from '../etcd/rpc.ts';
import { fingerprint, type Fingerprint, FingerprintSet } from '../snapshot/fingerprints.ts';
import { liveKeys } from '../snapshot/revisions.ts';
import { openSnapshotFile } from '../snapshot/snapshot-file.ts';
import { cannotTell } from './cannot-tell.ts';
import { requireOneNewCluster } from './one-new-cluster.ts';
import { restoredRevision } from './restored-revision.ts';
import { sameHash } from './same-hash.ts';

/** A cluster serves what the snapshot holds: every key, value and revision of it. */
export interface Proof {
  /** The revision that was compared. */
  readonly revision: number;
  readonly keys: number;
  /** What every endpoint has at that revision, as etcd hashes it. */
  readonly hash: number;
}

/**
 * Holds what a new cluster serves at the restored revision against the snapshot, key by key, and the
 * endpoints' hashes at that revision against each other. Later writes do not disturb it, a later
 * compaction does. Throws a `DrillError`: exit code 1 for a difference, 2 where it cannot be told.
 */
export async function prove(
  path: string,
  clients: readonly [EtcdClient, ...EtcdClient[]],
  { bump = 0 }: { readonly bump?: number } = {},
): Promise<Proof> {
  const backup = await verifyBackup(path);
  await requireOneNewCluster(clients, backup);
  const { summary } = backup;
  const revision = restoredRevision(summary, bump);
  const [client] = clients;
  const served = await servedAt(client, revision);
  const unserved = firstUnserved(path, served.prints);
  if (unserved !== undefined || served.keys !== summary.keys) {
    const example =
      unserved === undefined ? '' : `; not served as it was: ${JSON.stringify(unserved)}`;
    throw new DrillError(
      `${client.target.member} does not serve what ${path} holds: ${served.keys} keys at revision ${revision}, and the backup has ${summary.keys}${example}. Was another backup restored, or with another \`--bump-revision\`?`,
      exitCode.violated,
    );
  }
  return { revision, keys: served.keys, hash: await sameHash(clients, revision) };
}

const pageKeys = 200;
const answeredWithinMs = 10_000;
const outOfRange = 11;

/** Every key at a past revision. */
async function servedAt(client: EtcdClient, revision: number) {
  const prints = new FingerprintSet();
  let from: Uint8Array = Buffer.from('\0');
  while (true) {
    const { kvs, more } = await page(client, from, revision);
    for (const kv of kvs) prints.add(printOf(kv));
    const last = kvs.at(-1);
    if (!more || last === undefined) return { prints, keys: prints.size };
    from = Buffer.concat([last.key, Buffer.from('\0')]);
  }
}

async function page(client: EtcdClient, key: Uint8Array, revision: number) {
  const rangeEnd = Buffer.from('\0');
  const request = { key, rangeEnd, limit: BigInt(pageKeys), revision: BigInt(revision) };
  try {
    return await rpc(client, KV.method.range, request, answeredWithinMs);
  } catch (error) {
    if (!(error instanceof EtcdError) || error.code !== outOfRange) throw cannotTell(client, error);
    if (error.details.includes('compacted'))
      throw new DrillError(
        `${client.target.member} no longer has revision ${revision}, at which it was restored: it was compacted since, so what is served cannot be compared any more. Prove a restore right after its start.`,
        exitCode.inconclusive,
        error,
      );
    throw new DrillError(
      `${client.target.member} has not reached revision ${revision}, at which the backup ends: it was not restored from it.`,
      exitCode.violated,
      error,
    );
  }
}

function firstUnserved(path: string, served: FingerprintSet): string | undefined {
  using file = openSnapshotFile(path);
  for (const kv of liveKeys(file)) if (served.add(printOf(kv))) return kv.key.toString();
  return undefined;
}

interface Printed extends Pick<KeyValue, 'key' | 'value' | 'lease'> {
  readonly createRevision: bigint | number;
  readonly modRevision: bigint | number;
  readonly version: bigint | number;
}

/** Of all that a key is. */
function printOf({ key, value, ...kv }: Printed): Fingerprint {
  const numbers = [key.length, kv.createRevision, kv.modRevision, kv.version, kv.lease].join(' ');
  return fingerprint(Buffer.concat([Buffer.from(`${numbers} `), key, value]));
}
