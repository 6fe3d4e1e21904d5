import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

const bucket = /^etcd_disk_wal_fsync_duration_seconds_bucket\{le="(.+)"\}$/;

/** Syncs of a member's write-ahead log in a part of a run, by its own metrics. */
export interface FsyncTimes {
  readonly syncs: number;
  /** Interpolated within its bucket as Prometheus does; the last bound where it lies beyond that. */
  readonly p99Ms: number;
}

/** Between the first and the last sample of the part; undefined where nothing was synced there. */
export function fsyncTimes(
  run: RecordedRun,
  member: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): FsyncTimes | undefined {
  const samples = eventsOf(run, 'metrics').filter(
    (sample) => sample.member === member && sample.t >= fromMs && sample.t <= toMs,
  );
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const buckets = Object.entries(last.values)
    .flatMap(([name, count]) => {
      const [, le] = bucket.exec(name) ?? [];
      if (le === undefined) return [];
      const bound = le === '+Inf' ? Infinity : Number(le);
      // A process that was started anew counts from 0 again.
      const before = first.values[name] ?? 0;
      return [{ boundMs: bound * 1000, count: before > count ? count : count - before }];
    })
    .toSorted((one, other) => one.boundMs - other.boundMs);
  const syncs = buckets.at(-1)?.count ?? 0;
  return syncs === 0 ? undefined : { syncs, p99Ms: quantile(buckets, syncs * 0.99) };
}

/** `buckets` count what is at most their bound, those below included. */
function quantile(
  buckets: readonly { readonly boundMs: number; readonly count: number }[],
  rank: number,
): number {
  const index = buckets.findIndex(({ count }) => count >= rank);
  const below = buckets[index - 1] ?? { boundMs: 0, count: 0 };
  const { boundMs, count } = buckets[index] ?? below;
  if (boundMs === Infinity) return below.boundMs;
  const share = (rank - below.count) / (count - below.count);
  return below.boundMs + share * (boundMs - below.boundMs);
}
