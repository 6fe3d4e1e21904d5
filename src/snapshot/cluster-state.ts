import { fromBinary } from '@bufbuild/protobuf';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { AlarmMemberSchema, AlarmType } from '../etcd/proto/etcd_pb.js';
import { readBuckets } from './bolt/buckets.ts';
import { walk } from './bolt/walk.ts';
import type { BoltItem } from './bolt/node.ts';
import { damaged } from './damaged.ts';
import type { SnapshotFile } from './snapshot-file.ts';

/** A member of the cluster that the snapshot was taken from; a restore replaces them all. */
export interface FormerMember {
  /** Hexadecimal, as etcd logs it. */
  readonly id: string;
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  /** It had no vote; a restore gives it one, as every member of the new cluster. */
  readonly isLearner: boolean;
}

/** What a snapshot holds beside the keyspace. The cluster's id is not in it. */
export interface ClusterState {
  /** Of the storage format; empty below 3.6. */
  readonly version: string;
  /** The cluster's, which is its oldest member's: `3.5.0`; empty when it was never agreed on. */
  readonly clusterVersion: string;
  /** Of the last log entry that is in the database. */
  readonly consistentIndex: number;
  /** Of that entry; 0 below 3.5. */
  readonly term: number;
  /** The revision below which history was compacted, 0 for never. */
  readonly compactRevision: number;
  readonly members: readonly FormerMember[];
  readonly alarms: readonly { readonly memberId: string; readonly alarm: 'NOSPACE' | 'CORRUPT' }[];
  readonly leases: number;
  readonly authEnabled: boolean;
  readonly users: number;
  readonly roles: number;
}

export function readClusterState({ database }: SnapshotFile): ClusterState {
  const buckets = readBuckets(database);
  const items = (bucket: string): Iterable<BoltItem> => {
    const root = buckets.get(bucket);
    return root === undefined ? [] : walk(database, root, 'ascending');
  };
  const entries = (bucket: string): [string, Buffer][] =>
    Array.from(items(bucket), ({ key, value }) => [key.toString(), value]);
  const meta = new Map(entries('meta'));
  const cluster = new Map(entries('cluster'));
  const auth = new Map(entries('auth'));
  // A compaction that was under way goes on where the snapshot is restored.
  const compactions = ['finishedCompactRev', 'scheduledCompactRev'].map((name) =>
    integer(meta, name),
  );
  return {
    version: meta.get('storageVersion')?.toString() ?? '',
    clusterVersion: cluster.get('clusterVersion')?.toString() ?? '',
    consistentIndex: integer(meta, 'consistent_index'),
    term: integer(meta, 'term'),
    compactRevision: Math.max(...compactions),
    members: entries('members').map(([id, value]) => memberOf(database.path, id, value)),
    alarms: Array.from(items('alarm'), ({ key }) => alarmOf(database.path, key)),
    leases: lengthOf(items('lease')),
    authEnabled: auth.get('authEnabled')?.[0] === 1,
    users: lengthOf(items('authUsers')),
    roles: lengthOf(items('authRoles')),
  };
}

/** There can be a million leases: they are not held. */
function lengthOf(items: Iterable<unknown>): number {
  let length = 0;
  for (const _ of items) length += 1;
  return length;
}

/** Eight bytes, big-endian; of a revision that is its main part. */
function integer(bucket: ReadonlyMap<string, Buffer>, name: string): number {
  const bytes = bucket.get(name);
  return bytes === undefined || bytes.length < 8 ? 0 : Number(bytes.readBigUInt64BE(0));
}

/** As etcd writes it: without the lists that are empty. Its number is its key, in hexadecimal. */
const memberSchema = z.object({
  name: z.string().default(''),
  peerURLs: z.array(z.string()).nullish(),
  clientURLs: z.array(z.string()).nullish(),
  isLearner: z.boolean().default(false),
});

function memberOf(path: string, id: string, value: Buffer): FormerMember {
  try {
    const { name, peerURLs, clientURLs, isLearner } = memberSchema.parse(
      JSON.parse(value.toString()),
    );
    return { id, name, peerUrls: peerURLs ?? [], clientUrls: clientURLs ?? [], isLearner };
  } catch (error) {
    throw damaged(path, `its member ${id} is unreadable (${messageOf(error)})`);
  }
}

function alarmOf(path: string, key: Buffer): ClusterState['alarms'][number] {
  try {
    const { memberID, alarm } = fromBinary(AlarmMemberSchema, key);
    return {
      memberId: memberID.toString(16),
      alarm: alarm === AlarmType.CORRUPT ? 'CORRUPT' : 'NOSPACE',
    };
  } catch (error) {
    throw damaged(path, `one of its alarms is unreadable (${messageOf(error)})`);
  }
}
