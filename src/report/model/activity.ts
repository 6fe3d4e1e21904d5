import { acknowledgedWrite } from '../../history/acknowledged-write.ts';
import type { Operation } from '../../history/operation.ts';
import type { RecordedRun } from '../../journal/recorded-run.ts';
import { bucketMsFor } from './buckets.ts';
import { type ErrorGroup, errorGroups } from './error-groups.ts';
import { latencies, type LatencyPoint } from './latencies.ts';
import { byName } from './leadership.ts';
import { type WriteGap, writeGaps } from './write-gap.ts';

/** What the clients saw, in one pass over the history. An operation counts when it ended. */
export interface Activity {
  readonly bucketMs: number;
  /** End of the last operation. */
  readonly endMs: number;
  readonly total: Tally;
  /** Operations whose answer shows that they changed the keyspace. */
  readonly acknowledgedWrites: number;
  readonly buckets: readonly Tally[];
  readonly members: readonly MemberActivity[];
  /** Of operations that ended ok, all and per bucket; null where there were none. */
  readonly latency: LatencyPoint | null;
  readonly latencyBuckets: readonly (LatencyPoint | null)[];
  readonly errors: readonly ErrorGroup[];
  /** The longest time under load without an acknowledged write; null without a load. */
  readonly longestWriteGap: WriteGap | null;
}

/** Operations by outcome; `failed` includes those never sent: neither changed anything. */
export interface Tally {
  readonly ok: number;
  readonly unknown: number;
  readonly failed: number;
}

export interface MemberActivity {
  readonly member: string;
  readonly total: Tally;
  readonly buckets: readonly Tally[];
}

export function activityOf(run: RecordedRun, journalEndMs: number): Activity {
  const bucketMs = bucketMsFor(journalEndMs);
  const all = tallies();
  const members = new Map<string, ReturnType<typeof tallies>>();
  const latency = latencies();
  const errors = errorGroups();
  const gaps = writeGaps(run);
  let endMs = 0;
  let acknowledgedWrites = 0;
  for (const operation of run.history.operations()) {
    endMs = Math.max(endMs, operation.returnedMs);
    const bucket = Math.max(0, Math.floor(operation.returnedMs / bucketMs));
    const kind = kindOf(operation);
    all.add(bucket, kind);
    const own = members.get(operation.member) ?? tallies();
    members.set(operation.member, own);
    own.add(bucket, kind);
    if (kind === 'ok') latency.add(bucket, operation.returnedMs - operation.invokedMs);
    else errors.add(bucket, operation);
    if (!acknowledgedWrite(operation)) continue;
    acknowledgedWrites += 1;
    gaps.acknowledged(operation.returnedMs);
  }
  const count = Math.max(1, Math.ceil(Math.max(journalEndMs, endMs) / bucketMs));
  return {
    bucketMs,
    endMs,
    total: all.total(),
    acknowledgedWrites,
    buckets: all.buckets(count),
    members: [...members]
      .toSorted(([a], [b]) => byName(a, b))
      .map(([member, own]) => ({ member, total: own.total(), buckets: own.buckets(count) })),
    latency: latency.total(),
    latencyBuckets: latency.buckets(count),
    errors: errors.groups(count),
    longestWriteGap: gaps.longest(endMs),
  };
}

function kindOf({ outcome }: Operation): keyof Tally {
  return outcome.status === 'never-sent' ? 'failed' : outcome.status;
}

function tallies() {
  const perBucket: { ok: number; unknown: number; failed: number }[] = [];
  const sum = { ok: 0, unknown: 0, failed: 0 };
  return {
    add(bucket: number, kind: keyof Tally) {
      const tally = (perBucket[bucket] ??= { ok: 0, unknown: 0, failed: 0 });
      tally[kind] += 1;
      sum[kind] += 1;
    },
    total: (): Tally => sum,
    buckets: (count: number): Tally[] =>
      Array.from(
        { length: count },
        (_, index) => perBucket[index] ?? { ok: 0, unknown: 0, failed: 0 },
      ),
  };
}
