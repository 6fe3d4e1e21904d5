import { setImmediate as breathe } from 'node:timers/promises';
import { readClusterState, type ClusterState } from './cluster-state.ts';
import { prefixCounter, type PrefixCounts } from './prefixes.ts';
import { revisions } from './revisions.ts';
import { openSnapshotFile, type SnapshotFile } from './snapshot-file.ts';
import { verifyHash } from './verify-hash.ts';

/** What is in an etcd snapshot file. Nothing in it is a value of the keyspace. */
export interface SnapshotSummary extends ClusterState {
  readonly path: string;
  /** Of the file, its hash included. */
  readonly sizeBytes: number;
  /** What a restored member's database begins with: compare it with its quota. */
  readonly databaseBytes: number;
  /** In hexadecimal, of all but the last 32 bytes, which hold it. */
  readonly sha256: string;
  /** That a cluster restored from it begins at. */
  readonly revision: number;
  /** Live at that revision. */
  readonly keys: number;
  /** Of the live keys: their names and values. */
  readonly keyBytes: number;
  readonly valueBytes: number;
  /** Live keys that are gone once their lease expires. */
  readonly leasedKeys: number;
  /** All that the file holds, those that were overwritten or deleted since as well. */
  readonly revisions: number;
  readonly tombstones: number;
  readonly prefixes: PrefixCounts;
}

/** Slashes in a prefix: `/registry/pods/` has three. */
export const usualPrefixDepth = 3;

/**
 * Reads a snapshot file from one end to the other, without etcd: its form, its hash, every page of
 * its trees, every revision. Throws a `DrillError` that says what is wrong with it. Holds a page per
 * level of a tree, and up to 46 bytes for each name of a key: 1 M keys take some 32 MiB.
 */
export async function openSnapshot(
  path: string,
  { prefixDepth = usualPrefixDepth }: { readonly prefixDepth?: number } = {},
): Promise<SnapshotSummary> {
  using file = openSnapshotFile(path);
  const sha256 = await verifyHash(file);
  const state = readClusterState(file);
  const keyspace = await summarize(file, prefixDepth);
  return {
    path,
    sizeBytes: file.sizeBytes,
    databaseBytes: file.database.meta.pageCount * file.database.meta.pageSize,
    sha256,
    ...state,
    ...keyspace,
    revision: Math.max(keyspace.revision, state.compactRevision),
  };
}

type Keyspace = Pick<
  SnapshotSummary,
  | 'revision'
  | 'keys'
  | 'keyBytes'
  | 'valueBytes'
  | 'leasedKeys'
  | 'revisions'
  | 'tombstones'
  | 'prefixes'
>;

async function summarize(file: SnapshotFile, prefixDepth: number): Promise<Keyspace> {
  const prefixes = prefixCounter(prefixDepth);
  // An etcd without any write is at revision 1.
  const sums = {
    revision: 1,
    keys: 0,
    keyBytes: 0,
    valueBytes: 0,
    leasedKeys: 0,
    revisions: 0,
    tombstones: 0,
  };
  for (const { revision, isTombstone, isNewest, kv } of revisions(file)) {
    sums.revision = Math.max(sums.revision, revision);
    sums.revisions += 1;
    if (isTombstone) sums.tombstones += 1;
    else if (isNewest) {
      sums.keys += 1;
      sums.keyBytes += kv.key.length;
      sums.valueBytes += kv.value.length;
      const sizeBytes = kv.key.length + kv.value.length;
      if (kv.lease !== 0n) sums.leasedKeys += 1;
      prefixes.add(kv.key, sizeBytes);
    }
    if (sums.revisions % revisionsPerTurn === 0) await breathe(); // Leases are renewed meanwhile.
  }
  return { ...sums, prefixes: prefixes.counts() };
}

const revisionsPerTurn = 20_000;
