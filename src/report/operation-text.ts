import type { Compare, Operation, Request, TxnOp } from '../history/operation.ts';

/** What was asked, in the words of etcdctl: `put key-1 = v17`. */
export function requestText(request: Request): string {
  switch (request.kind) {
    case 'txn': {
      const compares = request.compare.map(compareText).join(' and ');
      const then = request.success.map(requestText).join('; ');
      const otherwise = request.failure.map(requestText).join('; ');
      return `if ${compares || 'true'} then ${then || 'nothing'} else ${otherwise || 'nothing'}`;
    }
    case 'lease-grant':
      return `grant a lease of ${request.ttlSeconds} s`;
    case 'lease-revoke':
    case 'lease-keepalive':
      return `${request.kind} ${request.lease}`;
    case 'compact':
      return `compact to revision ${request.revision}`;
    default:
      return txnOpText(request);
  }
}

/** What came back: `ok at revision 17`, or the outcome with etcd's own words. */
export function outcomeText({ outcome }: Operation): string {
  if (outcome.status !== 'ok') {
    return `${outcome.status}: ${outcome.error.message} (code ${outcome.error.code})`;
  }
  const { result } = outcome;
  const at = `ok at revision ${result.revision}`;
  if (result.kind === 'txn') return `${at}, ${result.succeeded ? 'then' : 'else'} taken`;
  if (result.kind !== 'range') return at;
  const values = result.kvs.map(
    ({ key, value, modRevision }) => `${key} = ${value} (modified at ${modRevision})`,
  );
  return `${at}: ${values.join(', ') || 'no key'}`;
}

function txnOpText(op: TxnOp): string {
  const keys = op.kind === 'put' || op.end === undefined ? op.key : `${op.key} … ${op.end}`;
  switch (op.kind) {
    case 'put':
      return `put ${keys} = ${op.value}`;
    case 'delete':
      return `delete ${keys}`;
    case 'range': {
      const at = op.revision === undefined ? '' : ` at revision ${op.revision}`;
      return `${op.serializable === true ? 'serializable get' : 'get'} ${keys}${at}`;
    }
  }
}

function compareText(compare: Compare): string {
  return `${compare.target}(${compare.key}) ${compare.is} ${compare.value}`;
}
