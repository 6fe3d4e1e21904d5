import type { Operation, Result, TxnOp } from '../../history/operation.ts';

/** One change an acknowledged write made, at the revision its answer carries. */
export type Effect =
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  /** `deleted` keys of `[key, end)`, or of the one key. */
  | {
      readonly kind: 'delete';
      readonly key: string;
      readonly end: string | undefined;
      readonly deleted: number;
    };

/** What an acknowledged operation changed, as its answer tells; nothing for all others. */
export function effectsOf({ request, outcome }: Operation): Effect[] {
  if (outcome.status !== 'ok') return [];
  const { result } = outcome;
  if (request.kind === 'txn' && result.kind === 'txn') {
    const branch = result.succeeded ? request.success : request.failure;
    return branch.flatMap((operation, index) => effectOfOne(operation, result.results[index]));
  }
  if (request.kind === 'put' || request.kind === 'delete') {
    return effectOfOne(request, result);
  }
  return [];
}

/** Every key and value an operation would put, whichever branch were taken. */
export function putsOf({ request }: Operation): { readonly key: string; readonly value: string }[] {
  const operations = request.kind === 'txn' ? [...request.success, ...request.failure] : [request];
  return operations.filter((operation) => operation.kind === 'put');
}

/** Whether `key` lies in etcd's range `[from, end)`; `'\0'` as end means every key from `from` on. */
export function inRange(key: string, from: string, end: string | undefined): boolean {
  if (end === undefined) return key === from;
  return compareKeys(key, from) >= 0 && (end === '\0' || compareKeys(key, end) < 0);
}

/** etcd orders keys by their bytes; UTF-16 code units order the same but for surrogates. */
function compareKeys(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function effectOfOne(request: TxnOp, result: Result | undefined): Effect[] {
  if (request.kind === 'put') return [{ kind: 'put', key: request.key, value: request.value }];
  if (request.kind !== 'delete' || result?.kind !== 'delete' || result.deleted === 0) return [];
  return [{ kind: 'delete', key: request.key, end: request.end, deleted: result.deleted }];
}
