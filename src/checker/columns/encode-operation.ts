import type {
  Compare,
  KeyValue,
  Operation,
  Request,
  Result,
  TxnOp,
  TxnOpResult,
  TxnRequest,
  TxnResult,
} from '../../history/operation.ts';
import { compareTarget, kvWords, nodeWords, opKind, relation, txnHeadWords } from './columns.ts';
import { placeEnd, placeKey, relative, type Encoder } from './encoder.ts';
import { reserve } from './int-buffer.ts';
import { intern } from './interner.ts';

/** What a compare's revision operand cannot go below; also what an absent key has. */
export const lowestOperand = -(2 ** 31);

/** Appends an operation's request and result to the arena; returns its offset. */
export function encodeOperation(to: Encoder, { request, outcome }: Operation): number {
  const result = outcome.status === 'ok' ? outcome.result : undefined;
  switch (request.kind) {
    case 'put':
    case 'range':
    case 'delete':
      return encodeSingle(to, request, result);
    case 'txn':
      return encodeTxn(to, request, result?.kind === 'txn' ? result : undefined);
    case 'compact': {
      const at = reserve(to.words, 1);
      to.words.data[at] = relative(to, request.revision);
      return at;
    }
    default:
      return encodeLease(to, request, result);
  }
}

export function kindOf(request: Request): number {
  switch (request.kind) {
    case 'range':
      return request.serializable === true ? opKind.serializableRange : opKind.range;
    case 'lease-grant':
      return opKind.grant;
    case 'lease-revoke':
      return opKind.revoke;
    case 'lease-keepalive':
      return opKind.keepalive;
    default:
      return opKind[request.kind];
  }
}

/** Whether an acknowledged result shows that something was written. */
export function isEffective(result: Result): boolean {
  if (result.kind === 'put') return true;
  if (result.kind === 'delete') return result.deleted > 0;
  return result.kind === 'txn' && result.results.some(isEffective);
}

/** Whether a result has the shape of its request. */
export function fits(request: Request, result: Result): boolean {
  if (request.kind !== result.kind) return false;
  if (request.kind !== 'txn' || result.kind !== 'txn') return true;
  const branch = result.succeeded ? request.success : request.failure;
  if (branch.length !== result.results.length) return false;
  return branch.every((op, index) => op.kind === result.results[index]?.kind);
}

export function encodeKeyValue(to: Encoder, at: number, kv: KeyValue): void {
  placeKey(to, at, kv.key);
  const value = intern(to.values, kv.value);
  const lease = leaseId(to, kv.lease);
  to.words.data[at + 1] = value;
  to.words.data[at + 2] = kv.createRevision - to.baseRevision;
  to.words.data[at + 3] = kv.modRevision - to.baseRevision;
  to.words.data[at + 4] = kv.version;
  to.words.data[at + 5] = lease;
}

/** etcd writes a lease that is not there as 0. */
export function leaseId(to: Encoder, lease: string | undefined): number {
  return lease === undefined || lease === '0' ? 0 : intern(to.leases, lease);
}

function encodeSingle(to: Encoder, request: TxnOp, result: Result | undefined): number {
  const at = reserve(to.words, nodeWords);
  const own = result?.kind === request.kind ? result : undefined;
  encodeNode(to, at, request, own);
  return at;
}

function encodeNode(to: Encoder, at: number, request: TxnOp, result: TxnOpResult | undefined) {
  to.words.data[at] = opKind[request.kind];
  placeKey(to, at + 1, request.key);
  placeEnd(to, at + 2, request.key, request.kind === 'put' ? undefined : request.end);
  if (request.kind === 'put') {
    to.words.data[at + 3] = intern(to.values, request.value);
    to.words.data[at + 4] = leaseId(to, request.lease);
  } else if (request.kind === 'delete') {
    to.words.data[at + 3] = result?.kind === 'delete' ? result.deleted : -1;
  } else {
    to.words.data[at + 3] = relative(to, request.revision);
    to.words.data[at + 4] = request.limit ?? 0;
    const found = result?.kind === 'range' ? encodeFound(to, result.kvs, result.count) : -1;
    to.words.data[at + 5] = found;
  }
}

function encodeFound(to: Encoder, kvs: readonly KeyValue[], count: number): number {
  const at = reserve(to.words, 2 + kvs.length * kvWords);
  to.words.data[at] = count;
  to.words.data[at + 1] = kvs.length;
  for (const [index, kv] of kvs.entries()) encodeKeyValue(to, at + 2 + index * kvWords, kv);
  return at;
}

function encodeTxn(to: Encoder, request: TxnRequest, result: TxnResult | undefined): number {
  const { compare, success, failure } = request;
  const nodes = compare.length + success.length + failure.length;
  const at = reserve(to.words, txnHeadWords + nodes * nodeWords);
  to.words.data[at] = result === undefined ? -1 : Number(result.succeeded);
  to.words.data[at + 1] = compare.length;
  to.words.data[at + 2] = success.length;
  to.words.data[at + 3] = failure.length;
  let next = at + txnHeadWords;
  for (const each of compare) {
    encodeCompare(to, next, each);
    next += nodeWords;
  }
  for (const branch of [success, failure]) {
    const taken = result !== undefined && result.succeeded === (branch === success);
    for (const [index, each] of branch.entries()) {
      encodeNode(to, next, each, taken ? result.results[index] : undefined);
      next += nodeWords;
    }
  }
  return at;
}

function encodeCompare(to: Encoder, at: number, compare: Compare): void {
  to.words.data[at] = compareTarget[compare.target] * 4 + relation[compare.is];
  placeKey(to, at + 1, compare.key);
  placeEnd(to, at + 2, compare.key, compare.end);
  to.words.data[at + 3] = operand(to, compare);
}

/** Revisions of 0 ("no such key") lie far below a base: clamped, the order stays right. */
function operand(to: Encoder, compare: Compare): number {
  if (compare.target === 'value') return intern(to.values, compare.value);
  if (compare.target === 'version') return compare.value;
  return Math.max(lowestOperand, compare.value - to.baseRevision);
}

function encodeLease(
  to: Encoder,
  request: Extract<Request, { kind: `lease-${string}` }>,
  result: Result | undefined,
): number {
  const granted = result?.kind === 'lease-grant' || result?.kind === 'lease-keepalive';
  const lease = granted ? result.lease : request.lease;
  const at = reserve(to.words, 2);
  to.words.data[at] = leaseId(to, lease);
  to.words.data[at + 1] = granted ? result.ttlSeconds : -1;
  return at;
}
