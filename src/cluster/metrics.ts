/** The series of etcd's `/metrics` that a run keeps, by their names without labels. */
const kept: ReadonlySet<string> = new Set([
  'etcd_server_has_leader',
  'etcd_server_is_leader',
  'etcd_server_leader_changes_seen_total',
  'etcd_server_proposals_committed_total',
  'etcd_server_proposals_applied_total',
  'etcd_server_proposals_pending',
  'etcd_server_proposals_failed_total',
  'etcd_server_slow_apply_total',
  'etcd_server_heartbeat_send_failures_total',
  'etcd_disk_wal_fsync_duration_seconds_sum',
  'etcd_disk_wal_fsync_duration_seconds_count',
  'etcd_disk_backend_commit_duration_seconds_sum',
  'etcd_disk_backend_commit_duration_seconds_count',
  'etcd_mvcc_db_total_size_in_bytes',
  'etcd_mvcc_db_total_size_in_use_in_bytes',
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
]);

/** Histograms of which a run keeps the buckets too, so that quantiles of a part of it can be told. */
const keptBuckets = 'etcd_disk_wal_fsync_duration_seconds_bucket{';

/** A member's metrics at this moment; undefined when it does not answer in time. */
export async function readMetrics(
  address: string,
  withinMs: number,
): Promise<Record<string, number> | undefined> {
  const text = await scrape(address, withinMs);
  return text === undefined ? undefined : parseMetrics(text);
}

/** One counter, summed over its labels: 0 where it has not counted yet, undefined without an answer. */
export async function readCounter(
  address: string,
  name: string,
  withinMs: number,
): Promise<number | undefined> {
  const text = await scrape(address, withinMs);
  return text === undefined ? undefined : parseCounter(text, name);
}

async function scrape(address: string, withinMs: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://${address}/metrics`, {
      signal: AbortSignal.timeout(withinMs),
    });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined; // a member that is down has none; its view says that it is down
  }
}

export function parseMetrics(text: string): Record<string, number> {
  const values: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const space = line.lastIndexOf(' ');
    const name = line.slice(0, space);
    if (kept.has(name) || name.startsWith(keptBuckets))
      values[name] = Number(line.slice(space + 1));
  }
  return values;
}

export function parseCounter(text: string, name: string): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${name} `) && !line.startsWith(`${name}{`)) continue;
    sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return sum;
}
