import type { Operation, TxnOpResult } from './operation.ts';

/** Whether an operation was acknowledged and its answer shows that it changed the keyspace. */
export function acknowledgedWrite({ outcome }: Operation): boolean {
  if (outcome.status !== 'ok') return false;
  const { result } = outcome;
  switch (result.kind) {
    case 'put':
    case 'delete':
      return wrote(result);
    case 'txn':
      return result.results.some(wrote);
    default:
      return false;
  }
}

function wrote(result: TxnOpResult): boolean {
  return result.kind === 'put' || (result.kind === 'delete' && result.deleted > 0);
}
