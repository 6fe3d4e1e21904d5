import { describe, expect, test } from 'vitest';
import { judgeHistory } from '../../src/checker/judge.ts';
import { judgeSearch } from '../../src/checker/search/judge-search.ts';
import { register, type RegisterCall } from '../../src/checker/search/register.ts';
import type { Operation } from '../../src/history/operation.ts';
import { generate, watcherOf } from './support/generate.ts';
import { seeded } from './support/random.ts';

const { operations, watched } = generate(seeded(1), {
  operations: 40,
  keys: ['a', 'b'],
  unknown: 0,
  overlapMs: 2,
});
const input = { operations, watchRecords: watcherOf(watched) };

describe('past a bound everything is unknown, with the reason, and never a pass', () => {
  test('memory', () => {
    const results = judgeHistory(input, { now: () => 0, deadlineMs: 1, memoryBytes: 1_000 });
    const reasons = new Set(results.map((result) => result.state === 'unknown' && result.reason));
    expect(reasons).toEqual(new Set(['reading the history needs 1 MB of the 1 MB allowed']));
  });

  test('time', () => {
    const results = judgeHistory(input, { now: () => 5, deadlineMs: 5, memoryBytes: 2 ** 30 });
    const reasons = new Set(results.map((result) => result.state === 'unknown' && result.reason));
    expect(reasons).toEqual(new Set(['the time ran out while judging the watches']));
  });

  test('time of a search', () => {
    const call: RegisterCall = { kind: 'read', value: 'x' };
    const history = [{ client: 1, key: '', invoked: 0, returned: 1, call }];
    const spent = { now: () => 5, deadlineMs: 5, memoryBytes: 2 ** 20 };
    expect(judgeSearch(history, register, spent)).toEqual({
      state: 'unknown',
      reason: 'the time ran out while searching an order',
    });
  });

  test('revisions that only a search can explain', () => {
    const error = { code: 4, message: 'context deadline exceeded' };
    const lost = Array.from({ length: 3 }, (_, client): Operation => ({
      client,
      member: 'm1',
      invokedMs: 0,
      returnedMs: 9,
      request: { kind: 'put', key: 'a', value: `v${client}` },
      outcome: { status: 'unknown', error },
    }));
    const read: Operation = {
      client: 9,
      member: 'm1',
      invokedMs: 10,
      returnedMs: 11,
      request: { kind: 'range', key: 'zz' },
      outcome: { status: 'ok', result: { kind: 'range', revision: 3, kvs: [], count: 0 } },
    };
    let nowMs = 0;
    const late = { now: () => (nowMs += 1), deadlineMs: 1, memoryBytes: 2 ** 30 };
    const results = judgeHistory({ operations: [...lost, read], watchRecords: [] }, late);
    expect(results.find(({ property }) => property === 'kv.linearizable')).toMatchObject({
      state: 'unknown',
      reason: 'the time ran out while searching what made revisions nobody saw',
    });
  });
});

test('a history without operations exercises nothing', () => {
  const clock = { now: () => 0, deadlineMs: 1, memoryBytes: 2 ** 30 };
  const results = judgeHistory({ operations: [], watchRecords: [] }, clock);
  expect(new Set(results.map(({ state }) => state))).toEqual(new Set(['not-exercised']));
});
