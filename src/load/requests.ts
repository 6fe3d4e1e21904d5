import type { Compare, Outcome, Request } from '../history/operation.ts';
import { seededRandom } from '../runner/random.ts';
import { operationKinds, type LoadSpec, type OperationKind } from './spec.ts';

/** One client's requests, one after the other. */
export interface RequestSource {
  next(): Request;
  /** What came of the request given out last: later requests build on what was read. */
  learn(request: Request, outcome: Outcome): void;
}

/**
 * The requests of client number `client`. Their kinds, keys and values follow from the seed alone;
 * what a compare-and-swap expects, and how far back a past read goes, follow from what was read.
 * No two writes of a run carry the same value.
 */
export function requestSource(spec: LoadSpec, seed: number, client: number): RequestSource {
  // Far apart, so that neighbouring clients of neighbouring seeds do not run in step.
  const random = seededRandom(seed + Math.imul(client + 1, 0x9e3779b1));
  const keys = Array.from({ length: spec.keys }, (_, index) => keyName(spec, index));
  const draw = weightedDraw(spec.mix, (below) => random.integer(below));
  let written = 0;
  let swap: { key: string; byValue: boolean } | undefined;
  let read: { key: string; value: string; modRevision: number } | undefined;
  let lastRevision = 0;

  const anyKey = (): string => keys[random.integer(keys.length)] ?? '';
  const put = (at: string) => {
    const label = `c${client}.${written++}`;
    return { kind: 'put', key: at, value: label.padEnd(spec.valueBytes, '.') } as const;
  };
  const expectation = ({ key, byValue }: { key: string; byValue: boolean }): Compare => {
    const seen = read?.key === key ? read : undefined;
    if (seen === undefined) return { key, target: 'create', is: '=', value: 0 };
    if (byValue) return { key, target: 'value', is: '=', value: seen.value };
    return { key, target: 'mod', is: '=', value: seen.modRevision };
  };

  const ofKind = (kind: OperationKind): Request => {
    const one = anyKey();
    switch (kind) {
      case 'put':
        return put(one);
      case 'get':
        return { kind: 'range', key: one };
      case 'serializable-get':
        return { kind: 'range', key: one, serializable: true };
      case 'past-get': {
        const back = random.integer(20);
        return { kind: 'range', key: one, revision: Math.max(1, lastRevision - back) };
      }
      case 'delete':
        return { kind: 'delete', key: one };
      case 'range':
        return { kind: 'range', key: spec.prefix, end: `${spec.prefix}~` };
      case 'cas':
        swap = { key: one, byValue: random.integer(2) === 0 };
        return { kind: 'range', key: one };
      case 'txn':
        return transaction(one, otherKey(one));
      case 'range-txn': {
        const every = { key: spec.prefix, end: `${spec.prefix}~` };
        // Holds always, for no key as for many: what counts is that each is looked at.
        const compare = [{ ...every, target: 'version', is: '<', value: 1_000_000_000 }] as const;
        return {
          kind: 'txn',
          compare,
          success: [put(one)],
          failure: [{ kind: 'range', key: one }],
        };
      }
    }
  };
  const otherKey = (one: string): string => {
    const index = keys.indexOf(one) + 1 + random.integer(Math.max(1, keys.length - 1));
    return keys[index % keys.length] ?? one;
  };
  /** etcd refuses a transaction that writes a key twice. */
  const transaction = (one: string, two: string): Request => ({
    kind: 'txn',
    compare: [{ key: one, target: 'version', is: '>', value: 0 }],
    success: [{ kind: 'range', key: two }, put(one), ...(one === two ? [] : [put(two)])],
    failure: [put(one), { kind: 'range', key: two }],
  });

  return {
    next() {
      if (swap === undefined) return ofKind(draw());
      const { key } = swap;
      const compare = [expectation(swap)];
      swap = undefined;
      return { kind: 'txn', compare, success: [put(key)], failure: [{ kind: 'range', key }] };
    },
    learn(request, outcome) {
      if (outcome.status !== 'ok') return;
      lastRevision = Math.max(lastRevision, outcome.result.revision);
      if (request.kind === 'range' && outcome.result.kind === 'range') {
        read = outcome.result.kvs.find((kv) => kv.key === request.key);
      }
    },
  };
}

export function keyName(spec: LoadSpec, index: number): string {
  return `${spec.prefix}k${String(index).padStart(String(spec.keys - 1).length, '0')}`;
}

function weightedDraw(
  mix: LoadSpec['mix'],
  integer: (below: number) => number,
): () => OperationKind {
  // In the order of the list, so that a mix means the same however its fields are ordered.
  const weights = operationKinds.map((kind) => [kind, mix[kind] ?? 0] as const);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return () => {
    let left = (integer(resolution) / resolution) * total;
    for (const [kind, weight] of weights) {
      left -= weight;
      if (left < 0) return kind;
    }
    throw new Error('a draw beyond the sum of the weights');
  };
}

const resolution = 2 ** 30;
