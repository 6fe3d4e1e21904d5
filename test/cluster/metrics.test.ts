import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { parseCounter, parseMetrics, readMetrics } from '../../src/cluster/metrics.ts';

const page = `# HELP etcd_server_has_leader Whether or not a leader exists. 1 is existence, 0 is not.
# TYPE etcd_server_has_leader gauge
etcd_server_has_leader 1
etcd_server_leader_changes_seen_total 3
process_resident_memory_bytes 4.5604864e+07
etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"} 12
etcd_disk_wal_fsync_duration_seconds_sum 0.125
etcd_disk_backend_commit_duration_seconds_bucket{le="0.001"} 7
etcd_server_version{server_version="3.7.3"} 1
etcd_server_has_leader_of_somebody_else 9
go_goroutines 120
`;

test('keeps the series it knows, without help, labels or neighbours of the name', () => {
  expect(parseMetrics(page)).toEqual({
    etcd_server_has_leader: 1,
    etcd_server_leader_changes_seen_total: 3,
    process_resident_memory_bytes: 45_604_864,
    'etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"}': 12,
    etcd_disk_wal_fsync_duration_seconds_sum: 0.125,
  });
});

test('an empty page has none', () => expect(parseMetrics('')).toEqual({}));

test.each<[string, string, number, object | undefined]>([
  ['an answer', page, 200, { etcd_server_leader_changes_seen_total: 3 }],
  ['an error page', page, 503, undefined],
])('%s', async (_, body, status, expected) => {
  const server = createServer((__, response) => response.writeHead(status).end(body));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  try {
    const values = await readMetrics(`127.0.0.1:${port}`, 1000);
    if (expected === undefined) expect(values).toBeUndefined();
    else expect(values).toMatchObject(expected);
  } finally {
    server.close();
  }
});

test('a member that does not answer has none, at the latest when its time is up', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  const { port } = silent.address() as AddressInfo;
  const startedAt = performance.now();
  expect(await readMetrics(`127.0.0.1:${port}`, 100)).toBeUndefined();
  expect(performance.now() - startedAt).toBeLessThan(2000);
  silent.closeAllConnections();
  silent.close();
  expect(await readMetrics(`127.0.0.1:1`, 100)).toBeUndefined();
});

test('a counter is summed over its labels; what has not counted yet is 0', () => {
  const counted = `etcd_received{From="a"} 2\netcd_received{From="b"} 3\netcd_received_bytes 70\nplain 4\n`;
  expect(parseCounter(counted, 'etcd_received')).toBe(5);
  expect(parseCounter(counted, 'plain')).toBe(4);
  expect(parseCounter(counted, 'etcd_sent')).toBe(0);
});
