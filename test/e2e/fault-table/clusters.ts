import { readFileSync } from 'node:fs';
import { startPods } from '../../fixtures/pods.ts';
import { docker, lines } from '../../fixtures/docker.ts';
import { until } from '../../fixtures/until.ts';

/** Starts a cluster with disks and leaves it up, as `drill run … --keep` does. Returns its run. */
export async function keptCluster(name: string, mapper: boolean): Promise<string> {
  const mebi = 1024 * 1024;
  const pods = await startPods(
    {
      members: 3,
      disks: { data: 400 * mebi, ...(mapper ? { mapper: true } : {}) },
      zones: ['a', 'b', 'b'],
    },
    { name },
  );
  await pods.keep();
  // It is there still, and that is what was asked.
  await pods[Symbol.asyncDispose]().then(undefined, () => undefined);
  return pods.run;
}

/** Waits until every member of the run answers with a leader and writes its log. */
export async function settled(run: string): Promise<void> {
  const filter = [
    '--filter',
    `label=io.etcd-drill.run=${run}`,
    '--filter',
    'label=io.etcd-drill.kind=sidecar',
  ];
  const sidecars = lines(await docker(['ps', ...filter, '--format', '{{.Names}}']));
  const addresses = await Promise.all(
    sidecars.map(async (name) => (await docker(['port', name, '2379/tcp'])).trim()),
  );
  await until('A cluster in which every member writes its log', 30_000, async () => {
    const before = await Promise.all(addresses.map(syncs));
    const body = JSON.stringify({ key: 'dGFibGU=', value: 'dGFibGU=' });
    const put = await fetch(`http://${addresses[0]}/v3/kv/put`, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(3000),
    });
    if (!put.ok) throw new Error(await put.text());
    const now = await Promise.all(addresses.map(syncs));
    return now.every((count, index) => count > (before[index] ?? 0)) || undefined;
  });
}

async function syncs(address: string): Promise<number> {
  const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(2000) });
  return Number(
    /^etcd_disk_wal_fsync_duration_seconds_count (\S+)/m.exec(await response.text())?.[1],
  );
}

/** The refused cells of a kind of host, as they were checked in. */
export const refusedOn = (host: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`refused.${host}.json`, import.meta.url), 'utf8')) as Record<
    string,
    string
  >;
