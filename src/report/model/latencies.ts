/** Quantiles in milliseconds, to 1% (they are read from logarithmic classes, not from samples). */
export interface LatencyPoint {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Collects latencies in classes of 2% width, so that hours of load cost as little as seconds. */
export function latencies() {
  const all = sketch();
  const perBucket: ReturnType<typeof sketch>[] = [];
  return {
    add(bucket: number, latencyMs: number) {
      all.add(latencyMs);
      (perBucket[bucket] ??= sketch()).add(latencyMs);
    },
    total: () => all.point(),
    buckets: (count: number) =>
      Array.from({ length: count }, (_, index) => perBucket[index]?.point() ?? null),
  };
}

const classWidth = Math.log(1.02);
/** Below this everything is one class: no client measures better. */
const smallestMs = 0.01;

function sketch() {
  const counts = new Map<number, number>();
  let count = 0;
  let maxMs = 0;
  return {
    add(latencyMs: number) {
      const index = Math.round(Math.log(Math.max(latencyMs, smallestMs)) / classWidth);
      counts.set(index, (counts.get(index) ?? 0) + 1);
      count += 1;
      maxMs = Math.max(maxMs, latencyMs);
    },
    point(): LatencyPoint | null {
      if (count === 0) return null;
      const classes = [...counts].toSorted(([a], [b]) => a - b);
      const at = (quantile: number) => Math.min(maxMs, nearestRank(classes, count * quantile));
      return { count, p50Ms: at(0.5), p99Ms: at(0.99), maxMs };
    },
  };
}

function nearestRank(classes: readonly [number, number][], rank: number): number {
  let seen = 0;
  for (const [index, count] of classes) {
    seen += count;
    if (seen >= rank) return Math.exp(index * classWidth);
  }
  return 0;
}
