const sizesMs = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000];
const mostBuckets = 120;

/** The smallest round bucket that cuts the run into at most 120; whole minutes beyond two hours. */
export function bucketMsFor(durationMs: number): number {
  const fits = sizesMs.find((size) => durationMs / size <= mostBuckets);
  return fits ?? Math.ceil(durationMs / mostBuckets / 60_000) * 60_000;
}
