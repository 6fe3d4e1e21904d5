import { expect, test } from 'vitest';
import { pageBounds } from '../../src/rehearse/page-bounds.ts';

test('pages are of alike size, in whatever order keys pass by', () => {
  const pages = pageBounds();
  const name = (index: number): Buffer => Buffer.from(String(index).padStart(6, '0'));
  // 64 MiB, so 32 pages; 7919 is prime to the count, so every key comes once, out of order.
  const count = 65_536;
  for (let index = 0; index < count; index += 1) pages.add(name((index * 7919) % count), 1024);
  const bounds = pages.bounds().map((bound) => Number(bound.toString()));
  expect(bounds).toHaveLength(32);
  const sizes = bounds.map((bound, index) => bound - (bounds[index - 1] ?? 0));
  for (const keys of sizes) expect(Math.abs(keys - 2048)).toBeLessThan(1024);
});

test('a small keyspace is one page', () => {
  const pages = pageBounds();
  pages.add(Buffer.from('a'), 1000);
  expect(pages.bounds()).toEqual([]);
});
