import { fromBinary } from '@bufbuild/protobuf';
import type { KeyValue, Request, Result, TxnOpResult } from '../history/operation.ts';
import {
  CompactionResponseSchema,
  DeleteRangeResponseSchema,
  LeaseGrantResponseSchema,
  LeaseKeepAliveResponseSchema,
  LeaseRevokeResponseSchema,
  PutResponseSchema,
  RangeResponseSchema,
  TxnResponseSchema,
  type DeleteRangeResponse,
  type KeyValue as WireKeyValue,
  type RangeResponse,
  type ResponseHeader,
  type ResponseOp,
} from './proto/etcd_pb.js';

/** What the server answered to `request`. */
export function decodeResult(request: Request, message: Buffer): Result {
  switch (request.kind) {
    case 'put':
      return { kind: 'put', revision: revisionOf(fromBinary(PutResponseSchema, message)) };
    case 'range':
      return rangeResult(fromBinary(RangeResponseSchema, message));
    case 'delete':
      return deleteResult(fromBinary(DeleteRangeResponseSchema, message));
    case 'txn': {
      const response = fromBinary(TxnResponseSchema, message);
      const results = response.responses.map((op) => opResult(op));
      const { succeeded } = response;
      return { kind: 'txn', revision: revisionOf(response), succeeded, results };
    }
    case 'compact':
      return {
        kind: 'compact',
        revision: revisionOf(fromBinary(CompactionResponseSchema, message)),
      };
    case 'lease-grant':
      return leaseResult('lease-grant', fromBinary(LeaseGrantResponseSchema, message));
    case 'lease-keepalive':
      return leaseResult('lease-keepalive', fromBinary(LeaseKeepAliveResponseSchema, message));
    case 'lease-revoke': {
      const revision = revisionOf(fromBinary(LeaseRevokeResponseSchema, message));
      return { kind: 'lease-revoke', revision };
    }
  }
}

export function keyValueOf(kv: WireKeyValue): KeyValue {
  const plain = {
    key: textOf(kv.key),
    value: textOf(kv.value),
    createRevision: Number(kv.createRevision),
    modRevision: Number(kv.modRevision),
    version: Number(kv.version),
  };
  return kv.lease === 0n ? plain : { ...plain, lease: String(kv.lease) };
}

/** Unlike a TextDecoder, this keeps a leading byte-order mark. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

interface Headed {
  readonly header?: ResponseHeader | undefined;
}

export function revisionOf(response: Headed): number {
  return Number(response.header?.revision ?? 0n);
}

function leaseResult(
  kind: 'lease-grant' | 'lease-keepalive',
  response: Headed & { readonly ID: bigint; readonly TTL: bigint },
): Result {
  const lease = String(response.ID);
  return { kind, revision: revisionOf(response), lease, ttlSeconds: Number(response.TTL) };
}

function opResult(op: ResponseOp): TxnOpResult {
  switch (op.response.case) {
    case 'responsePut':
      return { kind: 'put', revision: revisionOf(op.response.value) };
    case 'responseRange':
      return rangeResult(op.response.value);
    case 'responseDeleteRange':
      return deleteResult(op.response.value);
    case undefined:
      throw new Error('etcd answered a transaction with an operation this client does not know');
  }
}

function rangeResult(response: RangeResponse): TxnOpResult {
  const kvs = response.kvs.map(keyValueOf);
  return { kind: 'range', revision: revisionOf(response), kvs, count: Number(response.count) };
}

function deleteResult(response: DeleteRangeResponse): TxnOpResult {
  const deleted = Number(response.deleted);
  return { kind: 'delete', revision: revisionOf(response), deleted };
}
