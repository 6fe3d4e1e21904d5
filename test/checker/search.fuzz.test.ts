import { describe, expect, test } from 'vitest';
import { judgeSearch, type ObjectKind } from '../../src/checker/search/judge-search.ts';
import { keyValue, type KeyValueCall } from '../../src/checker/search/key-value.ts';
import type { SearchOperation } from '../../src/checker/search/model.ts';
import { register, type RegisterCall } from '../../src/checker/search/register.ts';
import { ample } from './support/budget.ts';
import { hasOrder } from './support/naive-search.ts';
import { seeded, type Random } from './support/random.ts';

const cases = Number(process.env['DRILL_FUZZ'] ?? 10_000);

describe('algorithm B and the naive search', () => {
  test(`agree on ${cases} registers`, { timeout: 3_600_000 }, () => {
    compareAll(register, randomRegisterCall);
  });

  test(`agree on ${cases} keys with append`, { timeout: 3_600_000 }, () => {
    compareAll(keyValue, randomKeyValueCall);
  });
});

function compareAll<Call>(
  kind: ObjectKind<Call>,
  randomCall: (random: Random, index: number) => Call,
): void {
  const told = { legal: 0, illegal: 0 };
  for (let seed = 1; seed <= cases; seed += 1) {
    const random = seeded(seed);
    const operations = Array.from({ length: 2 + random.below(6) }, (_, index) => {
      const invoked = random.below(16);
      const returned = random.chance(0.2) ? Infinity : invoked + random.below(8);
      const call = randomCall(random, index);
      return { client: index, key: '', invoked, returned, call } satisfies SearchOperation<Call>;
    });
    const expected = hasOrder(operations, kind.build) ? 'legal' : 'illegal';
    const { state } = judgeSearch(operations, kind, ample());
    if (state !== expected)
      expect(state, `seed ${seed}: ${JSON.stringify(operations)}`).toBe(expected);
    told[expected] += 1;
  }
  expect(told.legal).toBeGreaterThan(cases / 10);
  expect(told.illegal).toBeGreaterThan(cases / 10);
}

function randomRegisterCall(random: Random): RegisterCall {
  const value = String(random.below(3));
  const roll = random.next();
  if (roll < 0.4) return { kind: 'read', value: random.chance(0.2) ? null : value };
  if (roll < 0.7) return { kind: 'write', value };
  const to = String(random.below(3));
  const ok = random.pick([true, true, false, undefined]);
  return { kind: 'cas', from: value, to, ...(ok === undefined ? {} : { ok }) };
}

function randomKeyValueCall(random: Random, index: number): KeyValueCall {
  const value = random.pick(['', 'a', 'b', 'ab', 'ba', 'aa']);
  const roll = random.next();
  if (roll < 0.5) return { kind: 'get', value };
  return roll < 0.65
    ? { kind: 'put', value }
    : { kind: 'append', value: index % 2 === 0 ? 'a' : 'b' };
}
