import { describe, expect, test } from 'vitest';
import type { Outcome, Request, TxnOp } from '../../src/history/operation.ts';
import { requestSource } from '../../src/load/requests.ts';
import { loadSpec, type LoadSpec } from '../../src/load/spec.ts';

const failed: Outcome = { status: 'failed', error: { code: 14, message: 'no' } };

function sequence(spec: LoadSpec, seed: number, client: number, outcome = failed): Request[] {
  const source = requestSource(spec, seed, client);
  return Array.from({ length: 500 }, () => {
    const request = source.next();
    source.learn(request, outcome);
    return request;
  });
}

function writtenValues(requests: readonly Request[]): string[] {
  const ops = requests.flatMap((request): readonly (Request | TxnOp)[] =>
    request.kind === 'txn' ? [...request.success, ...request.failure] : [request],
  );
  return ops.flatMap((op) => (op.kind === 'put' ? [op.value] : []));
}

const bare = (requests: Request[]) => [requests.map(({ kind }) => kind), writtenValues(requests)];

const every = loadSpec({
  mix: {
    put: 1,
    get: 1,
    cas: 1,
    delete: 1,
    range: 1,
    txn: 1,
    'serializable-get': 1,
    'past-get': 1,
    'range-txn': 1,
  },
});

describe('a seed decides', () => {
  test('the same seed and client ask the same', () => {
    expect(sequence(every, 7, 3)).toEqual(sequence(every, 7, 3));
  });

  test('another seed or another client asks something else', () => {
    expect(sequence(every, 8, 3)).not.toEqual(sequence(every, 7, 3));
    expect(sequence(every, 7, 4)).not.toEqual(sequence(every, 7, 3));
  });

  test('the order in which a mix is written down does not matter', () => {
    const one = loadSpec({ mix: { put: 3, get: 1 } });
    const other = loadSpec({ mix: { get: 1, put: 3 } });
    expect(sequence(one, 1, 0)).toEqual(sequence(other, 1, 0));
  });

  test('what came of them changes neither kinds nor keys nor values', () => {
    const kv = { createRevision: 3, modRevision: 9, version: 4, value: 'seen' };
    const kvs = every.keys > 0 ? [{ key: 'drill/load/k03', ...kv }] : [];
    const ok: Outcome = { status: 'ok', result: { kind: 'range', revision: 70, kvs, count: 1 } };
    expect(bare(sequence(every, 7, 3, ok))).toEqual(bare(sequence(every, 7, 3)));
  });
});

test('no two writes carry the same value, and every value has its size', () => {
  const values = [0, 1, 2, 11].flatMap((client) => writtenValues(sequence(every, 7, client)));
  expect(values.length).toBeGreaterThan(500);
  expect(new Set(values).size).toBe(values.length);
  expect(new Set(values.map((value) => value.length))).toEqual(new Set([32]));
});

test('weights are kept, about', () => {
  const kinds = sequence(loadSpec({ mix: { put: 80, delete: 20, txn: 0 } }), 3, 0);
  const puts = kinds.filter(({ kind }) => kind === 'put').length;
  expect(kinds.some(({ kind }) => kind === 'txn')).toBe(false);
  expect(puts).toBeGreaterThan(360);
  expect(puts).toBeLessThan(440);
});

test('no transaction writes a key twice, whatever the number of keys', () => {
  for (const keys of [1, 2, 24]) {
    for (const request of sequence(loadSpec({ mix: { txn: 1 }, keys }), 5, 0)) {
      if (request.kind !== 'txn') throw new Error(request.kind);
      for (const branch of [request.success, request.failure]) {
        const written = branch.flatMap((op) => (op.kind === 'put' ? [op.key] : []));
        expect(new Set(written).size).toBe(written.length);
      }
    }
  }
});

const answer = (kvs: { value: string; modRevision: number }[]): Outcome => ({
  status: 'ok',
  result: {
    kind: 'range',
    revision: 90,
    count: kvs.length,
    kvs: kvs.map((kv) => ({ key: 'drill/load/k0', createRevision: 1, version: 1, ...kv })),
  },
});

describe('a compare-and-swap', () => {
  const spec = loadSpec({ mix: { cas: 1 }, keys: 1, valueBytes: 1 });
  const swapAfter = (outcome: Outcome, seed: number): Request => {
    const source = requestSource(spec, seed, 0);
    const read = source.next();
    expect(read).toEqual({ kind: 'range', key: 'drill/load/k0' });
    source.learn(read, outcome);
    return source.next();
  };

  test('expects what it read, by value or by revision', () => {
    const swaps = Array.from({ length: 20 }, (_, seed) =>
      swapAfter(answer([{ value: 'seen', modRevision: 41 }]), seed),
    );
    const compares = swaps.flatMap((swap) => (swap.kind === 'txn' ? swap.compare : []));
    const key = 'drill/load/k0';
    expect(compares).toContainEqual({ key, target: 'value', is: '=', value: 'seen' });
    expect(compares).toContainEqual({ key, target: 'mod', is: '=', value: 41 });
  });

  test.each([
    ['absent', answer([])],
    ['unread', failed],
  ])('of a key that is %s creates it', (_case, outcome) => {
    expect(swapAfter(outcome, 1)).toEqual({
      kind: 'txn',
      compare: [{ key: 'drill/load/k0', target: 'create', is: '=', value: 0 }],
      success: [{ kind: 'put', key: 'drill/load/k0', value: 'c0.0' }],
      failure: [{ kind: 'range', key: 'drill/load/k0' }],
    });
  });
});

test('a range transaction compares every key of the load, and writes one', () => {
  const ranged = loadSpec({ mix: { 'range-txn': 1 }, prefix: 'r/' });
  for (const request of sequence(ranged, 7, 0)) {
    expect(request).toMatchObject({
      kind: 'txn',
      compare: [{ key: 'r/', end: 'r/~', target: 'version', is: '<' }],
      success: [{ kind: 'put' }],
    });
  }
});
