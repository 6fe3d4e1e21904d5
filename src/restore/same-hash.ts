import { DrillError, exitCode } from '../errors.ts';
import { openAdmin } from '../etcd/admin.ts';
import type { HashKv } from '../etcd/admin-answers.ts';
import type { EtcdClient } from '../etcd/client.ts';
import { eventually } from '../wait.ts';
import { cannotTell } from './cannot-tell.ts';

/** A compaction reaches all members within moments of each other. */
const compactedAlikeWithinMs = 5000;

/**
 * What every endpoint has at a revision, as etcd hashes it: from the last compaction on, so that only
 * hashes above the same one can be compared. Throws a `DrillError`: exit code 1 where they differ, 2
 * where no moment came at which they could be compared.
 */
export async function sameHash(
  clients: readonly [EtcdClient, ...EtcdClient[]],
  revision: number,
): Promise<number> {
  const [first, ...others] = await comparable(clients, revision);
  const other = others.find(({ hash }) => hash !== first.hash);
  if (other === undefined) return first.hash;
  throw new DrillError(
    `${other.member} and ${first.member} differ at revision ${revision} (hashes ${other.hash} and ${first.hash}): they were not restored from the same backup. Stop them all and restore them from one.`,
    exitCode.violated,
  );
}

type Hashed = HashKv & { readonly member: string };

async function comparable(
  clients: readonly [EtcdClient, ...EtcdClient[]],
  revision: number,
): Promise<[Hashed, ...Hashed[]]> {
  const [client, ...others] = clients;
  let seen: readonly Hashed[] = [];
  try {
    const wait = { withinMs: compactedAlikeWithinMs, everyMs: 200, code: exitCode.inconclusive };
    return await eventually({ ...wait, subject: 'Hashes above one compaction' }, async () => {
      const first = await hashOf(client, revision);
      const rest = await Promise.all(others.map((each) => hashOf(each, revision)));
      seen = [first, ...rest];
      const alike = rest.every(({ compactRevision }) => compactRevision === first.compactRevision);
      return alike ? [first, ...rest] : undefined;
    });
  } catch (error) {
    if (seen.length === 0) throw error;
    const places = seen.map(({ member, compactRevision }) => `${member} at ${compactRevision}`);
    throw new DrillError(
      `The endpoints' hashes cannot be compared: each is from the last compaction on, and that is ${places.join(', ')}. Prove again when no compaction is under way.`,
      exitCode.inconclusive,
      error,
    );
  }
}

async function hashOf(client: EtcdClient, revision: number): Promise<Hashed> {
  try {
    return { member: client.target.member, ...(await openAdmin(client).hashKv(revision)) };
  } catch (error) {
    throw cannotTell(client, error);
  }
}
