import { damaged } from '../damaged.ts';
import type { Database } from './database.ts';
import { parseNode, type BoltNode } from './node.ts';
import { walk } from './walk.ts';

/** The roots of the top-level buckets, by name. etcd has no deeper ones. */
export function readBuckets(database: Database): ReadonlyMap<string, BoltNode> {
  const buckets = new Map<string, BoltNode>();
  const root = database.readNode(database.meta.root);
  for (const { key, value, isBucket } of walk(database, root, 'ascending')) {
    const name = key.toString();
    if (!isBucket) throw damaged(database.path, 'its root holds something else than buckets');
    if (buckets.size === mostBuckets)
      throw damaged(database.path, `it has more than ${mostBuckets} buckets, and etcd has ten`);
    buckets.set(name, bucketRoot(database, name, value));
  }
  return buckets;
}

/** Far more than any etcd has. */
const mostBuckets = 100;

/** A small bucket lies behind its header, in the same item. */
function bucketRoot(database: Database, name: string, header: Buffer): BoltNode {
  if (header.length < headerBytes)
    throw damaged(database.path, `the header of its bucket ${JSON.stringify(name)} is cut off`);
  const root = Number(header.readBigUInt64LE(0));
  if (root !== 0) return database.readNode(root);
  return parseNode(database.path, 0, 0, header.subarray(headerBytes));
}

const headerBytes = 16;
