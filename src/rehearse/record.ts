import type { KeyValue } from '../etcd/proto/etcd_pb.js';
import { fingerprint, type Fingerprint } from '../snapshot/fingerprints.ts';
import type { StoredKeyValue } from '../snapshot/key-value.ts';

/** All of a key that a restore must keep: its value, where it came from, its lease. */
export function recordOf(kv: StoredKeyValue): Fingerprint {
  const { key, value, createRevision, modRevision, version, lease } = kv;
  const head = Buffer.allocUnsafe(headBytes);
  head.writeDoubleLE(createRevision, 0);
  head.writeDoubleLE(modRevision, 8);
  head.writeDoubleLE(version, 16);
  head.writeBigInt64LE(BigInt.asIntN(64, lease), 24);
  head.writeUInt32LE(key.length, 32);
  return fingerprint(Buffer.concat([head, key, value]));
}

const headBytes = 36;

/** A key as a member served it, in the form of one that stands in a file. */
export function served({ key, value, ...kv }: KeyValue): StoredKeyValue {
  return {
    key: viewOf(key),
    value: viewOf(value),
    createRevision: Number(kv.createRevision),
    modRevision: Number(kv.modRevision),
    version: Number(kv.version),
    lease: kv.lease,
  };
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
