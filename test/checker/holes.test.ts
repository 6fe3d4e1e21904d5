import { expect, test } from 'vitest';
import { judgeHistory } from '../../src/checker/judge.ts';
import type { PropertyName } from '../../src/checker/result.ts';
import type { KeyValue, Operation } from '../../src/history/operation.ts';
import { keyValue, notOk, ok, put } from '../fixtures/run-builder.ts';
import { ample } from './support/budget.ts';

const [a, b, c, e] = [keyValue('a', 2), keyValue('b', 3), keyValue('c', 5), keyValue('e', 7)];

/** Nothing was watched: a delete of unknown outcome made revision 4, a put of unknown one made 6. */
const history: readonly Operation[] = [
  put('a', 2, { at: 10 }),
  put('b', 3, { at: 20 }),
  notOk('unknown', { kind: 'delete', key: 'a' }, { at: 30, client: 2 }),
  put('c', 5, { at: 40 }),
  notOk('unknown', { kind: 'put', key: 'd', value: 'value-6' }, { at: 50, client: 3 }),
  put('e', 7, { at: 60 }),
];

function readAll(kvs: readonly KeyValue[], at: number, revision?: number): Operation {
  const request = { kind: 'range', key: '\0', end: '\0' } as const;
  return ok(
    revision === undefined ? request : { ...request, revision },
    { kind: 'range', revision: 7, kvs, count: kvs.length },
    { at },
  );
}

function judge(...reads: readonly Operation[]) {
  const results = judgeHistory({ operations: [...history, ...reads], watchRecords: [] }, ample());
  return (property: PropertyName) => results.find((result) => result.property === property);
}

const d = { ...keyValue('d', 6), value: 'value-6' };
/** `c` was acknowledged long ago, and `d` is left out as if nothing had made revision 6. */
const stale = readAll([b, e], 70);
const current = readAll([b, c, d, e], 70);
const rightPast = readAll([b, c], 80, 5);
/** By a member on which the delete was never applied. */
const wrongPast = readAll([a, b, c], 80, 5);

test('a stale read is found where reads of the past are right', () => {
  expect(judge(stale, rightPast)('kv.linearizable')?.state).toBe('illegal');
});

test('and where one is wrong, which is found besides', () => {
  const told = judge(stale, wrongPast);
  expect(told('kv.serializable-snapshot')?.state).toBe('illegal');
  expect(told('kv.linearizable')).toMatchObject({
    state: 'illegal',
    first: { kind: 'state-mismatch' },
  });
});

test('a wrong read of the past alone is no other finding', () => {
  const told = judge(current, wrongPast);
  expect(told('kv.serializable-snapshot')?.state).toBe('illegal');
  expect(told('kv.linearizable')?.state).toBe('legal');
  expect(judge(current, rightPast)('kv.serializable-snapshot')?.state).not.toBe('illegal');
});

test('what was written after a hole that the search never got to is not known', () => {
  const lease = '77';
  const put77 = { kind: 'put', key: 'a', value: 'value-2', lease } as const;
  const operations = [
    ok(put77, { kind: 'put', revision: 2 }, { at: 10 }),
    notOk('unknown', { kind: 'put', key: 'x', value: 'x' }, { at: 20, client: 2 }),
    put('c', 4, { at: 30 }),
    // Answered, and yet its key is still there: the lease's own property tells.
    ok({ kind: 'lease-revoke', lease }, { kind: 'lease-revoke', revision: 4 }, { at: 40 }),
    ok(
      { kind: 'range', key: 'a' },
      { kind: 'range', revision: 4, kvs: [{ ...keyValue('a', 2), lease }], count: 1 },
      { at: 50 },
    ),
    notOk('unknown', { kind: 'put', key: 'y', value: 'y' }, { at: 60, client: 3 }),
    put('e', 6, { at: 70 }),
  ];
  const results = judgeHistory({ operations, watchRecords: [] }, ample());
  expect(results.find(({ property }) => property === 'kv.linearizable')).toMatchObject({
    state: 'unknown',
    reason: 'what was written after revision 4 is not known',
  });
});
