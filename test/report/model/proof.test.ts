import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../src/history/operation.ts';
import { neighboursOf } from '../../../src/report/model/neighbours.ts';
import { precedencesOf } from '../../../src/report/model/precedence.ts';
import { proofsOf } from '../../../src/report/model/proof.ts';
import { inMemoryHistory, partitionRun } from '../../fixtures/recorded-run.ts';

const put = (client: number, fromMs: number, toMs: number, key: string, revision: number) =>
  ({
    client,
    member: 'm1',
    invokedMs: fromMs,
    returnedMs: toMs,
    request: { kind: 'put', key, value: `v${revision}` },
    outcome: { status: 'ok', result: { kind: 'put', revision } },
  }) satisfies Operation;
const read = (client: number, fromMs: number, toMs: number, key: string, revision: number) =>
  ({
    client,
    member: 'm2',
    invokedMs: fromMs,
    returnedMs: toMs,
    request: { kind: 'range', key },
    outcome: { status: 'ok', result: { kind: 'range', revision, kvs: [], count: 0 } },
  }) satisfies Operation;
const placed = (operations: readonly Operation[]) =>
  operations.map((operation, position) => ({ position, operation }));

describe('precedencesOf', () => {
  test('finds the real-time order that the revisions contradict', () => {
    const operations = placed([put(2, 0, 10, 'x', 121), read(7, 45, 50, 'x', 118)]);
    expect(precedencesOf(operations)).toEqual([
      { before: 0, after: 1, gapMs: 35, isViolated: true },
    ]);
  });

  test('takes operations that touch for concurrent, and a later revision for right', () => {
    expect(precedencesOf(placed([put(2, 0, 10, 'x', 121), read(7, 10, 50, 'x', 118)]))).toEqual([]);
    expect(precedencesOf(placed([put(2, 0, 10, 'x', 121), read(7, 11, 50, 'x', 121)]))).toEqual([
      { before: 0, after: 1, gapMs: 1, isViolated: false },
    ]);
  });

  test('takes a write at a revision that was already given for a contradiction', () => {
    const [pair] = precedencesOf(placed([put(2, 0, 10, 'x', 121), put(7, 11, 50, 'y', 121)]));
    expect(pair?.isViolated).toBe(true);
  });

  test('draws nothing from the end of an unknown outcome, which has none', () => {
    const error = { code: 14, message: 'etcdserver: request timed out' };
    const unknown: Operation = { ...put(2, 0, 10, 'x', 1), outcome: { status: 'unknown', error } };
    expect(precedencesOf(placed([unknown, read(7, 45, 50, 'x', 118)]))).toEqual([]);
  });
});

describe('neighboursOf', () => {
  test('takes what overlaps in time on the same keys, the nearest first, and counts the rest', () => {
    const proof = placed([put(1, 100, 110, 'x', 5)]);
    const others = Array.from({ length: 10 }, (_, index) => read(2, 90, 101 + index, 'x', 4));
    const history = inMemoryHistory([
      ...proof.map(({ operation }) => operation),
      ...others,
      read(3, 90, 105, 'y', 4),
      read(4, 111, 120, 'x', 5),
    ]);
    const [found] = neighboursOf(history, [proof]);
    expect(found?.shown.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(found?.cut).toBe(2);
  });

  test('does not take everything for a neighbour of a read of every key', () => {
    const all: Operation = {
      ...read(1, 100, 110, '\0', 5),
      request: { kind: 'range', key: '\0', end: '\0' },
    };
    const proof = placed([put(1, 90, 99, 'x', 5), all]);
    const history = inMemoryHistory([
      ...proof.map(({ operation }) => operation),
      read(2, 90, 110, 'y', 4),
    ]);
    expect(neighboursOf(history, [proof])).toEqual([{ shown: [], cut: 0 }]);
  });
});

describe('proofsOf', () => {
  test('proves an expectation of the drill that was not met, which no verdict tells', () => {
    const steps = [
      { name: 'isolate m1', startMs: 1, endMs: 900, outcome: 'failed', error: 'x' } as const,
    ];
    const outcome = { kind: 'violated', exitCode: 1, reasons: ['no leader within 5 s'] } as const;
    expect(proofsOf(partitionRun(), [], steps, outcome)).toMatchObject([
      {
        id: 'proof-1-1',
        violation: {
          message: 'no leader within 5 s',
          moments: [{ t: 900, text: '“isolate m1” gave up waiting' }],
        },
      },
    ]);
  });

  test('is empty where all promises held', () => {
    const outcome = { kind: 'held', exitCode: 0, reasons: [] } as const;
    expect(proofsOf(partitionRun(), [], [], outcome)).toEqual([]);
  });
});
