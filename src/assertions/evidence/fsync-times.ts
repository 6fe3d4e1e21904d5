import type { JournalEventOf } from '../../journal/events.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

type Sample = JournalEventOf<'metrics'>;

const bucketOf = /^etcd_disk_wal_fsync_duration_seconds_bucket\{le="(.+)"\}$/;

/** Syncs of a member's write-ahead log in a part of a run, by its own metrics. */
export interface FsyncTimes {
  readonly syncs: number;
  /** Interpolated within its bucket as Prometheus does; the last bound where it lies beyond that. */
  readonly p99Ms: number;
}

/**
 * Syncs that ended between the first and the last sample of the part, and those that were under way
 * when it ended: they are counted only afterwards, but took longer than that is ago. Undefined where
 * none is known of, as for a process that was killed with its sync under way.
 */
export function fsyncTimes(
  run: RecordedRun,
  member: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): FsyncTimes | undefined {
  const samples = eventsOf(run, 'metrics').filter((sample) => sample.member === member);
  const within = samples.filter(({ t }) => t >= fromMs && t <= toMs);
  const [first, last] = [within[0], within.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const afterwards = [last, ...samples.filter(({ t }) => t > toMs)];
  const buckets = merge([
    ...between(first, last),
    ...afterwards.slice(1).flatMap((sample, index) => {
      const agoMs = sample.t - toMs;
      return between(afterwards[index] ?? last, sample).filter(
        ({ fromMs: least }) => least > agoMs,
      );
    }),
  ]);
  const syncs = buckets.reduce((sum, { count }) => sum + count, 0);
  return syncs === 0 ? undefined : { syncs, p99Ms: quantile(buckets, syncs * 0.99) };
}

/** Syncs that took longer than `fromMs` and at most `toMs`. */
interface Bucket {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** What a member counted from one sample to the next, per bucket. */
function between(earlier: Sample, later: Sample): Bucket[] {
  const counted = cumulative(later);
  const before = new Map(cumulative(earlier).map(({ toMs, count }) => [toMs, count]));
  const grown = counted.map(({ toMs, count }) => ({
    toMs,
    count: count - (before.get(toMs) ?? 0),
  }));
  // A process that was started anew counts from 0 again, in every bucket, though not all of them fell.
  const startedAnew = apart(grown).some(({ count }) => count < 0);
  return apart(startedAnew ? counted : grown);
}

/** As Prometheus has it: a bucket counts those of all below it, too. */
type Cumulative = Pick<Bucket, 'toMs' | 'count'>;

function cumulative({ values }: Sample): Cumulative[] {
  return Object.entries(values)
    .flatMap(([name, count]) => {
      const [, le] = bucketOf.exec(name) ?? [];
      return le === undefined
        ? []
        : [{ toMs: le === '+Inf' ? Infinity : Number(le) * 1000, count }];
    })
    .toSorted((one, other) => one.toMs - other.toMs);
}

function apart(buckets: readonly Cumulative[]): Bucket[] {
  return buckets.map(({ toMs, count }, index) => {
    const below = buckets[index - 1];
    return { fromMs: below?.toMs ?? 0, toMs, count: count - (below?.count ?? 0) };
  });
}

/** Buckets with the same bounds as one, the quickest first. */
function merge(buckets: readonly Bucket[]): Bucket[] {
  const same = Map.groupBy(buckets, ({ toMs }) => toMs);
  return [...same.values()]
    .map((each) => each.reduce((one, other) => ({ ...one, count: one.count + other.count })))
    .toSorted((one, other) => one.toMs - other.toMs);
}

function quantile(buckets: readonly Bucket[], rank: number): number {
  let below = 0;
  for (const { fromMs, toMs, count } of buckets) {
    if (count > 0 && below + count >= rank) {
      return toMs === Infinity ? fromMs : fromMs + ((rank - below) / count) * (toMs - fromMs);
    }
    below += count;
  }
  return buckets.at(-1)?.fromMs ?? 0;
}
