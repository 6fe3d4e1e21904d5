import { describe, expect, test } from 'vitest';
import { orderOf } from '../../../src/checker/search/order-of.ts';
import { seeded } from '../support/random.ts';

describe('the order of times', () => {
  test('is from the earliest to the latest, and equal times keep theirs', () => {
    expect([...orderOf(Float64Array.of(3, 1, 2, 1, Infinity, 0))]).toEqual([5, 1, 3, 2, 0, 4]);
  });

  test.each([
    ['nearly sorted', 4],
    ['in no order at all', 100_000],
  ])('is that of a stable sort for a list %s', (_, disorder) => {
    const random = seeded(1);
    const times = Float64Array.from({ length: 2_000 }, (__, at) => at + random.below(disorder));
    const expected = [...times.keys()].toSorted((a, b) => times[a]! - times[b]!);
    expect([...orderOf(times)]).toEqual(expected);
  });
});
