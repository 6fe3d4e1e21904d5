import { setImmediate as breathe } from 'node:timers/promises';
import type { EtcdClient } from '../etcd/client.ts';
import { fingerprint, FingerprintSet } from '../snapshot/fingerprints.ts';
import type { StoredKeyValue } from '../snapshot/key-value.ts';
import type { SnapshotSummary } from '../snapshot/open-snapshot.ts';
import { prefixCounter, type PrefixCounts } from '../snapshot/prefixes.ts';
import { liveKeys } from '../snapshot/revisions.ts';
import { openSnapshotFile } from '../snapshot/snapshot-file.ts';
import { pageBounds } from './page-bounds.ts';
import { recordOf, served } from './record.ts';
import { servedKeys } from './served-keys.ts';

/** A key that is not served as the file has it. */
export interface Difference {
  /** `lost`: not served; `extra`: not in the file. */
  readonly kind: 'lost' | 'changed' | 'extra';
  readonly key: Buffer;
  /** What the file has; absent of an extra key. */
  readonly inFile?: StoredKeyValue;
  /** What is served; absent of a lost key. */
  readonly served?: StoredKeyValue;
}

/** What the file has, held against what a cluster serves at the file's revision. */
export interface Comparison {
  readonly served: number;
  /** Served exactly as the file has them: value, revisions, version and lease. */
  readonly matched: number;
  readonly lost: number;
  readonly changed: number;
  readonly extra: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
  /** Served, by the prefixes of the file. */
  readonly prefixes: PrefixCounts;
}

/**
 * Holds every live key of a snapshot against what a member serves at the snapshot's revision. Neither
 * side is held in memory: of the file's keys 128 bits of a hash of all that a restore must keep, of
 * the served ones a page. Where they differ, both are read once more to say how. Throws `EtcdError`.
 */
export async function compareKeyspace(
  snapshot: SnapshotSummary,
  client: EtcdClient,
  prefixDepth: number,
): Promise<Comparison> {
  const expected = new FingerprintSet();
  const pages = pageBounds();
  for await (const kv of storedKeys(snapshot)) {
    expected.add(recordOf(kv));
    pages.add(kv.key, kv.key.length + kv.value.length);
  }
  const at = { revision: snapshot.revision, bounds: pages.bounds() };
  const prefixes = prefixCounter(
    prefixDepth,
    snapshot.prefixes.rows.map(({ prefix }) => prefix),
  );
  let matched = 0;
  let count = 0;
  for await (const kv of servedBy(client, at)) {
    count += 1;
    if (expected.has(recordOf(kv))) matched += 1;
    prefixes.add(kv.key, kv.key.length + kv.value.length);
  }
  const found = { served: count, matched, prefixes: prefixes.counts() };
  if (matched === snapshot.keys && matched === count)
    return { ...found, lost: 0, changed: 0, extra: 0, differences: [] };
  return { ...found, ...(await differencesOf(snapshot, client, at)) };
}

const mostDifferences = 20;
const keysPerTurn = 10_000;

async function differencesOf(
  snapshot: SnapshotSummary,
  client: EtcdClient,
  at: Pages,
): Promise<Pick<Comparison, 'lost' | 'changed' | 'extra' | 'differences'>> {
  const names = new FingerprintSet();
  const records = new FingerprintSet();
  for await (const kv of storedKeys(snapshot)) {
    names.add(fingerprint(kv.key));
    records.add(recordOf(kv));
  }
  const servedNames = new FingerprintSet();
  const counts = { lost: 0, changed: 0, extra: 0 };
  const unlike = new Map<string, StoredKeyValue>();
  const differences: Difference[] = [];
  for await (const kv of servedBy(client, at)) {
    servedNames.add(fingerprint(kv.key));
    if (records.has(recordOf(kv))) continue;
    const isChanged = names.has(fingerprint(kv.key));
    counts[isChanged ? 'changed' : 'extra'] += 1;
    if (isChanged && unlike.size < mostDifferences) unlike.set(kv.key.toString('latin1'), kv);
    if (!isChanged && counts.extra <= mostDifferences)
      differences.push({ kind: 'extra', key: kv.key, served: kv });
  }
  for await (const kv of storedKeys(snapshot)) {
    const { key } = kv;
    const other = unlike.get(key.toString('latin1'));
    if (other !== undefined) differences.push({ kind: 'changed', key, inFile: kv, served: other });
    else if (!servedNames.has(fingerprint(key))) {
      counts.lost += 1;
      if (counts.lost <= mostDifferences) differences.push({ kind: 'lost', key, inFile: kv });
    }
  }
  return { ...counts, differences: differences.toSorted(byGravity).slice(0, mostDifferences) };
}

const gravity = { lost: 0, changed: 1, extra: 2 };

function byGravity(a: Difference, b: Difference): number {
  return gravity[a.kind] - gravity[b.kind] || a.key.compare(b.key);
}

/** Reading a file never waits, so it gives way to what renews leases. */
async function* storedKeys({ path }: SnapshotSummary): AsyncGenerator<StoredKeyValue, void> {
  using file = openSnapshotFile(path);
  let read = 0;
  for (const kv of liveKeys(file)) {
    yield kv;
    read += 1;
    if (read % keysPerTurn === 0) await breathe();
  }
}

type Pages = Parameters<typeof servedKeys>[1];

async function* servedBy(client: EtcdClient, at: Pages): AsyncGenerator<StoredKeyValue, void> {
  for await (const page of servedKeys(client, at)) {
    for (const kv of page) yield served(kv);
  }
}
