import type { Request, TxnOp } from '../../history/operation.ts';

/** Whether a request goes through consensus: an `ok` needs a majority. Keepalives do not. */
export function isWrite(request: Request): boolean {
  switch (request.kind) {
    case 'put':
    case 'delete':
    case 'lease-grant':
    case 'lease-revoke':
    case 'compact':
      return true;
    case 'txn':
      return branches(request).some(({ kind }) => kind !== 'range');
    case 'range':
    case 'lease-keepalive':
      return false;
  }
}

/** Whether a request reads through a round of the quorum (etcd's default). */
export function isLinearizableRead(request: Request): boolean {
  if (request.kind === 'range') return request.serializable !== true;
  return request.kind === 'txn' && !isWrite(request) && !isSerializable(branches(request));
}

/** Whether the member answers a read from what it has, without asking anybody. */
export function isSerializableRead(request: Request): boolean {
  return request.kind === 'range' && request.serializable === true;
}

function branches(request: Request): readonly TxnOp[] {
  return request.kind === 'txn' ? [...request.success, ...request.failure] : [];
}

function isSerializable(operations: readonly TxnOp[]): boolean {
  return (
    operations.length > 0 &&
    operations.every((operation) => operation.kind === 'range' && operation.serializable === true)
  );
}
