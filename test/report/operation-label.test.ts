import { expect, test } from 'vitest';
import type { Operation } from '../../src/history/operation.ts';
import { kindOf, operationLabel } from '../../src/report/operation-label.ts';

const base = { client: 1, member: 'm1', invokedMs: 0, returnedMs: 1 };
const kv = { key: 'x', value: '41', createRevision: 2, modRevision: 117, version: 3 };
const error = { code: 14, message: 'etcdserver: no leader' };
const put = { kind: 'put', key: 'x', value: '42' } as const;

test.each<[string, 'write' | 'read' | 'other', Pick<Operation, 'request' | 'outcome'>]>([
  [
    'put x=42 → revision 121',
    'write',
    { request: put, outcome: { status: 'ok', result: { kind: 'put', revision: 121 } } },
  ],
  [
    'read x=41 at revision 118',
    'read',
    {
      request: { kind: 'range', key: 'x' },
      outcome: { status: 'ok', result: { kind: 'range', revision: 118, kvs: [kv], count: 1 } },
    },
  ],
  [
    'serializable read nothing in every key at revision 3',
    'read',
    {
      request: { kind: 'range', key: '\0', end: '\0', serializable: true },
      outcome: { status: 'ok', result: { kind: 'range', revision: 3, kvs: [], count: 0 } },
    },
  ],
  ['put x=42: outcome unknown', 'write', { request: put, outcome: { status: 'unknown', error } }],
  [
    'put x=v17…: failed, etcdserver: no leader',
    'write',
    { request: { ...put, value: 'v17........' }, outcome: { status: 'failed', error } },
  ],
  [
    'txn, else: read x=41 → revision 119',
    'read',
    {
      request: { kind: 'txn', compare: [], success: [put], failure: [{ kind: 'range', key: 'x' }] },
      outcome: {
        status: 'ok',
        result: {
          kind: 'txn',
          revision: 119,
          succeeded: false,
          results: [{ kind: 'range', revision: 119, kvs: [kv], count: 1 }],
        },
      },
    },
  ],
  [
    'revoke lease 7: never sent',
    'other',
    { request: { kind: 'lease-revoke', lease: '7' }, outcome: { status: 'never-sent', error } },
  ],
])('%s', (label, kind, operation) => {
  expect(operationLabel({ ...base, ...operation })).toBe(label);
  expect(kindOf({ ...base, ...operation })).toBe(kind);
});
