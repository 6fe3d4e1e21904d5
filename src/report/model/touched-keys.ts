import type { Request, TxnOp } from '../../history/operation.ts';

/** `[key, end)`, or the one key; `'\0'` as end means every key from `key` on. */
export interface KeyRange {
  readonly key: string;
  readonly end?: string;
}

/** The keys that a request reads, writes or compares, whichever branch were taken. */
export function touchedKeys(request: Request): readonly KeyRange[] {
  switch (request.kind) {
    case 'txn':
      return [...request.compare, ...request.success, ...request.failure];
    case 'put':
    case 'range':
    case 'delete':
      return [request satisfies TxnOp];
    default:
      return [];
  }
}

/** Whether two sets of ranges have a key in common. Good enough to draw by: no bytes are compared. */
export function shareKeys(some: readonly KeyRange[], others: readonly KeyRange[]): boolean {
  return some.some((one) => others.some((other) => overlap(one, other)));
}

export function isSingleKey({ end }: KeyRange): boolean {
  return end === undefined;
}

function overlap(one: KeyRange, other: KeyRange): boolean {
  return beginsWithin(one, other) || beginsWithin(other, one);
}

function beginsWithin({ key }: KeyRange, { key: from, end }: KeyRange): boolean {
  if (end === undefined) return key === from;
  return key >= from && (end === '\0' || key < end);
}
