import type { SearchOperation } from '../../src/checker/search/model.ts';
import type { RegisterCall } from '../../src/checker/search/register.ts';
import { simulate } from './simulate.ts';

/** The simulation without its revisions: ten registers, read and written by 100 clients. */
export function registerHistory(operations: number): SearchOperation<RegisterCall>[] {
  const shape = { operations, clients: 100, keys: 10, seed: 1, mix: 'put-and-read' } as const;
  const history: SearchOperation<RegisterCall>[] = [];
  for (const { client, invokedMs, returnedMs, request, outcome } of simulate(shape)) {
    const result = outcome.status === 'ok' ? outcome.result : undefined;
    const times = { client, invoked: invokedMs, returned: returnedMs };
    if (request.kind === 'put') {
      history.push({ ...times, key: request.key, call: { kind: 'write', value: request.value } });
    } else if (request.kind === 'range' && result?.kind === 'range') {
      const value = result.kvs[0]?.value ?? null;
      history.push({ ...times, key: request.key, call: { kind: 'read', value } });
    }
  }
  return history;
}
