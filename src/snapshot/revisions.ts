import { readBuckets } from './bolt/buckets.ts';
import { walk } from './bolt/walk.ts';
import { damaged } from './damaged.ts';
import { fingerprint, FingerprintSet } from './fingerprints.ts';
import { decodeKeyValue, type StoredKeyValue } from './key-value.ts';
import type { SnapshotFile } from './snapshot-file.ts';

/** One write that the snapshot holds: the state of its key from `revision` on. */
export interface StoredRevision {
  readonly revision: number;
  /** The key was deleted; of `kv` only the key is set. */
  readonly isTombstone: boolean;
  readonly kv: StoredKeyValue;
  /** Nothing the snapshot holds comes after it for this key. */
  readonly isNewest: boolean;
}

/**
 * Every revision, newest first: so what a key is at the end is known at its first sight, and of all
 * other keys nothing is held but 16 bytes of a hash.
 */
export function* revisions(file: SnapshotFile): Generator<StoredRevision, void> {
  const { path } = file.database;
  const root = readBuckets(file.database).get('key');
  if (root === undefined) throw damaged(path, 'it has no bucket `key`, so no keyspace');
  const met = new FingerprintSet();
  for (const { key, value } of walk(file.database, root, 'descending')) {
    const isTombstone = key.length === markedBytes && key[markedBytes - 1] === tombstoneMark;
    if (!isTombstone && key.length !== revisionBytes)
      throw damaged(path, `0x${key.toString('hex')} in its bucket \`key\` is no revision`);
    const revision = Number(key.readBigUInt64BE(0));
    const kv = decodeKeyValue(value);
    if (kv === undefined) throw damaged(path, `the record of revision ${revision} is unreadable`);
    // A restore with a bumped revision leaves an empty record, to count on from.
    if (kv.key.length === 0) {
      yield { revision, isTombstone, kv, isNewest: false };
      continue;
    }
    if (!isTombstone && kv.modRevision !== revision)
      throw damaged(path, `the record of revision ${revision} says it is of ${kv.modRevision}`);
    yield { revision, isTombstone, kv, isNewest: met.add(fingerprint(kv.key)) };
  }
}

/** What the snapshot holds at its revision: every key that a restored cluster serves. */
export function* liveKeys(file: SnapshotFile): Generator<StoredKeyValue, void> {
  for (const { kv, isNewest, isTombstone } of revisions(file)) {
    if (isNewest && !isTombstone) yield kv;
  }
}

/** Main and sub revision, eight bytes each, with an underscore between them. */
const revisionBytes = 17;
const markedBytes = 18;
const tombstoneMark = 't'.charCodeAt(0);
