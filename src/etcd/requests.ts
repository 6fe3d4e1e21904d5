import { create, toBinary, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import type { Compare, Relation, Request, TxnOp } from '../history/operation.ts';
import { frame } from './frames.ts';
import { pathOf, type RpcMethod } from './method.ts';
import {
  Compare_CompareResult,
  Compare_CompareTarget,
  KV,
  Lease,
  type CompareSchema,
  type DeleteRangeRequestSchema,
  type PutRequestSchema,
  type RangeRequestSchema,
  type RequestOpSchema,
} from './proto/etcd_pb.js';

/** A request as it goes over the wire: the gRPC method's path and the framed message. */
export interface EncodedRequest {
  readonly path: string;
  readonly framed: Buffer;
}

export function encodeRequest(request: Request): EncodedRequest {
  switch (request.kind) {
    case 'put':
      return encoded(KV.method.put, putOf(request));
    case 'range':
      return encoded(KV.method.range, rangeOf(request));
    case 'delete':
      return encoded(KV.method.deleteRange, deleteOf(request));
    case 'txn':
      return encoded(KV.method.txn, {
        compare: request.compare.map(compareOf),
        success: request.success.map(opOf),
        failure: request.failure.map(opOf),
      });
    case 'compact':
      // Physical: answered when what was compacted is gone, and not when it is about to go.
      return encoded(KV.method.compact, { revision: BigInt(request.revision), physical: true });
    case 'lease-grant':
      return encoded(Lease.method.leaseGrant, {
        TTL: BigInt(request.ttlSeconds),
        ID: leaseOf(request.lease),
      });
    case 'lease-revoke':
      return encoded(Lease.method.leaseRevoke, { ID: leaseOf(request.lease) });
    case 'lease-keepalive':
      return encoded(Lease.method.leaseKeepAlive, { ID: leaseOf(request.lease) });
  }
}

/** Frames one message of a method. */
export function encoded<I extends DescMessage>(
  method: RpcMethod<I, DescMessage>,
  init: MessageInitShape<I>,
): EncodedRequest {
  const framed = frame(toBinary(method.input, create(method.input, init)));
  return { path: pathOf(method), framed };
}

export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text);
}

/** etcd reads an empty range end as "this key alone". */
export function endOf(end: string | undefined): Uint8Array {
  return end === undefined ? none : bytesOf(end);
}

const none = new Uint8Array();

function leaseOf(lease: string | undefined): bigint {
  return lease === undefined ? 0n : BigInt(lease);
}

function putOf(op: TxnOp & { kind: 'put' }): MessageInitShape<typeof PutRequestSchema> {
  return { key: bytesOf(op.key), value: bytesOf(op.value), lease: leaseOf(op.lease) };
}

function rangeOf(op: TxnOp & { kind: 'range' }): MessageInitShape<typeof RangeRequestSchema> {
  return {
    key: bytesOf(op.key),
    rangeEnd: endOf(op.end),
    revision: BigInt(op.revision ?? 0),
    limit: BigInt(op.limit ?? 0),
    serializable: op.serializable ?? false,
  };
}

function deleteOf(
  op: TxnOp & { kind: 'delete' },
): MessageInitShape<typeof DeleteRangeRequestSchema> {
  return { key: bytesOf(op.key), rangeEnd: endOf(op.end) };
}

function opOf(op: TxnOp): MessageInitShape<typeof RequestOpSchema> {
  switch (op.kind) {
    case 'put':
      return { request: { case: 'requestPut', value: putOf(op) } };
    case 'range':
      return { request: { case: 'requestRange', value: rangeOf(op) } };
    case 'delete':
      return { request: { case: 'requestDeleteRange', value: deleteOf(op) } };
  }
}

function compareOf(compare: Compare): MessageInitShape<typeof CompareSchema> {
  const common = {
    key: bytesOf(compare.key),
    rangeEnd: endOf(compare.end),
    result: relations[compare.is],
  };
  switch (compare.target) {
    case 'value':
      return {
        ...common,
        target: Compare_CompareTarget.VALUE,
        targetUnion: { case: 'value', value: bytesOf(compare.value) },
      };
    case 'version':
      return {
        ...common,
        target: Compare_CompareTarget.VERSION,
        targetUnion: { case: 'version', value: BigInt(compare.value) },
      };
    case 'create':
      return {
        ...common,
        target: Compare_CompareTarget.CREATE,
        targetUnion: { case: 'createRevision', value: BigInt(compare.value) },
      };
    case 'mod':
      return {
        ...common,
        target: Compare_CompareTarget.MOD,
        targetUnion: { case: 'modRevision', value: BigInt(compare.value) },
      };
  }
}

const relations: Record<Relation, Compare_CompareResult> = {
  '=': Compare_CompareResult.EQUAL,
  '!=': Compare_CompareResult.NOT_EQUAL,
  '<': Compare_CompareResult.LESS,
  '>': Compare_CompareResult.GREATER,
};
