import { describe, expect, test } from 'vitest';
import { moments, planKills } from '../../soak/kill-plan.ts';

const faults = (count: number): string[] => Array.from({ length: count }, (_, n) => `f${n}`);
const times = (values: readonly string[]): number[] =>
  [...Map.groupBy(values, (value) => value).values()].map((same) => same.length);
const spread = (values: readonly string[]): number =>
  Math.max(...times(values)) - Math.min(...times(values));

describe.each([11, 12, 13, 14, 15, 19])('of %i faults', (count) => {
  test('four rounds take each fault in each moment, once', () => {
    const plan = planKills(4 * count, faults(count));
    expect(times(plan.map(({ fault, moment }) => `${fault} ${moment}`))).toEqual(
      faults(4 * count).map(() => 1),
    );
  });

  test('a hundred kills are spread evenly over faults and moments', () => {
    const plan = planKills(100, faults(count));
    expect(spread(plan.map(({ fault }) => fault))).toBeLessThanOrEqual(1);
    expect(spread(plan.map(({ moment }) => moment))).toBeLessThanOrEqual(4);
    expect(plan.map(({ number }) => number)).toEqual([...plan.keys()]);
  });
});

test('fewer kills than faults take different ones, from the whole list, in every moment', () => {
  const plan = planKills(10, faults(15));
  expect(plan.map(({ fault }) => fault).join(' ')).toBe('f0 f1 f3 f4 f6 f7 f9 f10 f12 f13');
  expect(new Set(plan.map(({ moment }) => moment))).toEqual(new Set(moments));
});

test('without a fault there is nothing to plan', () => {
  expect(() => planKills(1, [])).toThrow('There is no fault whose runner could be killed.');
});
