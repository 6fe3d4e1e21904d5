import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import { byName } from './leadership.ts';

/** One metric of every member: the last value in each bucket. */
export interface MetricSeries {
  readonly name: string;
  readonly label: string;
  readonly unit: 'count' | 'bytes';
  readonly bucketMs: number;
  readonly members: readonly {
    readonly member: string;
    readonly values: readonly (number | null)[];
  }[];
}

/** What explains most recoveries, in the order in which it is worth looking at. */
const worthShowing = [
  { name: 'etcd_server_proposals_pending', label: 'Pending proposals', unit: 'count' },
  { name: 'etcd_server_slow_apply_total', label: 'Slow applies', unit: 'count' },
  { name: 'etcd_server_proposals_failed_total', label: 'Failed proposals', unit: 'count' },
  { name: 'etcd_server_heartbeat_send_failures_total', label: 'Late heartbeats', unit: 'count' },
  { name: 'etcd_mvcc_db_total_size_in_bytes', label: 'Database size', unit: 'bytes' },
  { name: 'process_resident_memory_bytes', label: 'Resident memory', unit: 'bytes' },
] as const;

/** Series that were recorded and moved: a flat line explains nothing. */
export function metricSeries(run: RecordedRun, bucketMs: number): MetricSeries[] {
  const samples = eventsOf(run, 'metrics');
  const names = [...new Set(samples.map((sample) => sample.member))].toSorted(byName);
  return worthShowing
    .map(({ name, label, unit }) => ({
      name,
      label,
      unit,
      bucketMs,
      members: names.map((member) => {
        const values: (number | null)[] = [];
        for (const sample of samples) {
          const value = sample.values[name];
          if (sample.member !== member || value === undefined) continue;
          const bucket = Math.max(0, Math.floor(sample.t / bucketMs));
          while (values.length <= bucket) values.push(null);
          values[bucket] = value;
        }
        return { member, values };
      }),
    }))
    .filter((series) => moved(series));
}

function moved({ members }: MetricSeries): boolean {
  return members.some(({ values }) => {
    const seen = values.filter((value) => value !== null);
    return seen.some((value) => value !== seen[0]);
  });
}
