import { acknowledgedWrite } from '../../../src/history/acknowledged-write.ts';
import { describe, expect, test } from 'vitest';
import { effectsOf, inRange } from '../../../src/assertions/evidence/effects.ts';
import { isLinearizableRead, isWrite } from '../../../src/assertions/evidence/requests.ts';
import type { TxnRequest } from '../../../src/history/operation.ts';
import { notOk, ok, put, read } from '../../fixtures/run-builder.ts';

const txn: TxnRequest = {
  kind: 'txn',
  compare: [],
  success: [
    { kind: 'put', key: 'a', value: '1' },
    { kind: 'range', key: 'a' },
    { kind: 'delete', key: 'b' },
    { kind: 'delete', key: 'c', end: 'd' },
  ],
  failure: [{ kind: 'range', key: 'a' }],
};

describe('effectsOf', () => {
  test('of a transaction: the branch taken, deletes only where something was deleted', () => {
    const results = [
      { kind: 'put', revision: 7 } as const,
      { kind: 'range', revision: 7, kvs: [], count: 0 } as const,
      { kind: 'delete', revision: 7, deleted: 0 } as const,
      { kind: 'delete', revision: 7, deleted: 3 } as const,
    ];
    expect(
      effectsOf(ok(txn, { kind: 'txn', revision: 7, succeeded: true, results }, { at: 0 })),
    ).toEqual([
      { kind: 'put', key: 'a', value: '1' },
      { kind: 'delete', key: 'c', end: 'd', deleted: 3 },
    ]);
    expect(
      effectsOf(ok(txn, { kind: 'txn', revision: 7, succeeded: false, results: [] }, { at: 0 })),
    ).toEqual([]);
  });

  test('of what was not acknowledged, and of reads: nothing', () => {
    expect(effectsOf(notOk('unknown', txn, { at: 0 }))).toEqual([]);
    expect(effectsOf(read('a', 2, { at: 0 }))).toEqual([]);
  });
});

test.each([
  ['b', 'b', undefined, true],
  ['b', 'a', undefined, false],
  ['b', 'a', 'c', true],
  ['c', 'a', 'c', false],
  ['z', 'a', '\0', true],
  ['\u{1F600}', 'a', '\uFFFD', false],
])('%j in [%j, %j): %s', (key, from, end, expected) =>
  expect(inRange(key, from, end)).toBe(expected),
);

test('requests: what needs consensus, what reads through a quorum', () => {
  const readOnly: TxnRequest = { ...txn, success: [{ kind: 'range', key: 'a' }] };
  const local: TxnRequest = {
    kind: 'txn',
    compare: [],
    success: [{ kind: 'range', key: 'a', serializable: true }],
    failure: [],
  };
  expect([txn, readOnly, local].map(isWrite)).toEqual([true, false, false]);
  expect([txn, readOnly, local].map(isLinearizableRead)).toEqual([false, true, false]);
  expect(isWrite({ kind: 'lease-grant', ttlSeconds: 5 })).toBe(true);
  expect(isWrite({ kind: 'lease-keepalive', lease: '1' })).toBe(false);
  expect(acknowledgedWrite(put('a', 2, { at: 0 }))).toBe(true);
  expect(acknowledgedWrite(notOk('unknown', txn, { at: 0 }))).toBe(false);
});
