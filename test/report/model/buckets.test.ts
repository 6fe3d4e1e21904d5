import { expect, test } from 'vitest';
import { bucketMsFor } from '../../../src/report/model/buckets.ts';

test.each([
  [3000, 50],
  [22_000, 200],
  [60_000, 500],
  [7_200_000, 60_000],
  [86_400_000, 720_000],
])('a run of %d ms has buckets of %d ms', (durationMs, bucketMs) => {
  expect(bucketMsFor(durationMs)).toBe(bucketMs);
});
