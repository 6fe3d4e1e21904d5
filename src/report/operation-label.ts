import { acknowledgedWrite } from '../history/acknowledged-write.ts';
import type { KeyValue, Operation, Request, Result, TxnOp } from '../history/operation.ts';
import { cutMiddle } from './cut.ts';

/** What an operation does to the data, as far as a reader of a drawing cares. */
export type OperationKind = 'write' | 'read' | 'other';

export function kindOf(operation: Operation): OperationKind {
  const { request, outcome } = operation;
  switch (request.kind) {
    case 'put':
    case 'delete':
      return 'write';
    case 'range':
      return 'read';
    case 'txn': {
      const mayWrite = [...request.success, ...request.failure].some(
        ({ kind }) => kind !== 'range',
      );
      return (outcome.status === 'ok' ? acknowledgedWrite(operation) : mayWrite) ? 'write' : 'read';
    }
    default:
      return 'other';
  }
}

/** One operation in the few words that fit on a drawing: `put x=42 → revision 121`. */
export function operationLabel({ request, outcome }: Operation): string {
  switch (outcome.status) {
    case 'ok':
      return answered(request, outcome.result);
    case 'unknown':
      return `${asked(request)}: outcome unknown`;
    case 'failed':
      return `${asked(request)}: failed, ${outcome.error.message}`;
    case 'never-sent':
      return `${asked(request)}: never sent`;
  }
}

function answered(request: Request, result: Result): string {
  const { revision } = result;
  if (request.kind === 'txn' && result.kind === 'txn') {
    const ops = result.succeeded ? request.success : request.failure;
    const parts = ops.map((op, index) => effect(op, result.results[index]));
    const branch = result.succeeded ? 'then' : 'else';
    return `txn, ${branch}: ${parts.join(', ') || 'nothing'} → revision ${revision}`;
  }
  if (request.kind === 'range') return `${effect(request, result)} at revision ${revision}`;
  return `${isTxnOp(request) ? effect(request, result) : asked(request)} → revision ${revision}`;
}

/** What one part of a request did: `read x=41`, `put x=42`, `deleted 1 of a … b`. */
function effect(op: TxnOp, result: Result | undefined): string {
  if (op.kind === 'range' && result?.kind === 'range') {
    return `${readOf(op)} ${found(result.kvs) || `nothing in ${keysOf(op)}`}`;
  }
  if (op.kind === 'delete' && result?.kind === 'delete') {
    return `deleted ${result.deleted} of ${keysOf(op)}`;
  }
  return asked(op);
}

function asked(request: Request): string {
  switch (request.kind) {
    case 'put':
      return `put ${short(request.key)}=${short(request.value)}`;
    case 'delete':
      return `delete ${keysOf(request)}`;
    case 'range':
      return `${readOf(request)} ${keysOf(request)}`;
    case 'txn':
      return `txn ${[...request.success, ...request.failure].map(asked).join(', ')}`;
    case 'compact':
      return `compact to ${request.revision}`;
    case 'lease-grant':
      return `grant lease of ${request.ttlSeconds} s`;
    default:
      return `${request.kind === 'lease-revoke' ? 'revoke' : 'keep alive'} lease ${request.lease}`;
  }
}

function isTxnOp(request: Request): request is TxnOp {
  return request.kind === 'put' || request.kind === 'delete' || request.kind === 'range';
}

function readOf({ serializable, revision }: Extract<TxnOp, { kind: 'range' }>): string {
  const past = revision === undefined ? '' : ` (as of revision ${revision})`;
  return `${serializable === true ? 'serializable read' : 'read'}${past}`;
}

function found(kvs: readonly KeyValue[]): string {
  const { head, cut, tail } = cutMiddle(kvs, 3);
  const shown = [...head, ...tail].map(({ key, value }) => `${short(key)}=${short(value)}`);
  return cut === 0 ? shown.join(', ') : `${shown.join(', ')} and ${cut} more`;
}

function keysOf({ key, end }: { readonly key: string; readonly end?: string }): string {
  if (end === undefined) return short(key);
  return end === '\0' ? everyKey(key) : `${short(key)} … ${short(end)}`;
}

function everyKey(from: string): string {
  return from === '\0' || from === '' ? 'every key' : `every key from ${short(from)} on`;
}

/** Filler at the end says nothing: `v17......` is shown as `v17…`. */
function short(padded: string): string {
  const text = padded.replace(/(.)\1{3,}$/u, '…');
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
