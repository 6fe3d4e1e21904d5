/**
 * The figure: 5,000 acknowledged 100-byte puts a second from one process against a single member,
 * recorded to disk, read back and counted equal; beside `etcdctl check perf --load=xl` against the
 * same kind of member in the same run.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { History } from '../src/history/history.ts';
import { readHistory } from '../src/history/read.ts';
import { openHistoryWriter } from '../src/history/writer.ts';
import { startLoad } from '../src/load/load.ts';
import { loadSpec } from '../src/load/spec.ts';
import { startSingleEtcd } from '../test/fixtures/single-etcd.ts';
import { checkPerf } from './lib/check-perf.ts';
import { table } from './lib/table.ts';

const targetPerSecond = 5000;
const durationMs = 20_000;
const clients = 250;

const folder = await mkdtemp(join(tmpdir(), 'drill-bench-'));
try {
  const ours = await recordPuts(join(folder, 'history.bin'));
  const theirs = await theirPuts();
  const ratio = (ours.putsPerSecond / theirs.writesPerSecond).toFixed(2);
  console.log(
    table([
      ['', 'drill, recorded', 'etcdctl check perf xl', 'ratio'],
      ['acknowledged puts/s', count(ours.putsPerSecond), count(theirs.writesPerSecond), ratio],
      ['value, bytes', '100', '1,024', ''],
      ['slowest, ms', count(ours.slowestMs), count(theirs.slowestSeconds * 1000), ''],
      ['p50 / p99, ms', `${ours.p50Ms.toFixed(1)} / ${ours.p99Ms.toFixed(1)}`, '', ''],
      ['CPU of the process, µs/put', count(ours.cpuMicros), '', ''],
      ['peak memory of the process, MB', count(ours.peakMegabytes), '', ''],
      ['history on disk, bytes/put', count(ours.bytesPerPut), '', ''],
    ]),
  );
  console.log(
    `recorded ${ours.counted} puts, acknowledged ${ours.acknowledged}: ${ours.counted === ours.acknowledged ? 'equal' : 'NOT EQUAL'}`,
  );
  const reached = ours.putsPerSecond >= targetPerSecond && ours.counted === ours.acknowledged;
  console.log(`${reached ? 'reached' : 'MISSED'}: ${targetPerSecond} acknowledged puts/s`);
  process.exitCode = reached ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

async function recordPuts(path: string) {
  await using etcd = await startSingleEtcd();
  const spec = loadSpec({
    clients,
    mix: { put: 1 },
    keys: 1000,
    valueBytes: 100,
    // As fast as answers come.
    ratePerSecond: 1_000_000,
  });
  const sink = openHistoryWriter(path);
  const members = [{ name: 'm1', address: etcd.address }];
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const load = startLoad({ members, spec, seed: 1, nowMs: () => performance.now(), sink });
  await pause(durationMs);
  const counts = await load.stop();
  const elapsedMs = performance.now() - startMs;
  const cpu = process.cpuUsage(startCpu);
  await sink.close();
  const puts = counts.acknowledgedWrites;
  return {
    ...latencies(readHistory(path)),
    acknowledged: puts,
    putsPerSecond: (puts / elapsedMs) * 1000,
    cpuMicros: (cpu.user + cpu.system) / puts,
    peakMegabytes: process.resourceUsage().maxRSS / 1000,
    bytesPerPut: (await stat(path)).size / puts,
  };
}

function latencies(history: History) {
  const tookMs: number[] = [];
  for (const { outcome, invokedMs, returnedMs } of history.operations()) {
    if (outcome.status === 'ok') tookMs.push(returnedMs - invokedMs);
  }
  tookMs.sort((a, b) => a - b);
  const at = (share: number): number => tookMs[Math.floor((tookMs.length - 1) * share)] ?? 0;
  return { counted: tookMs.length, p50Ms: at(0.5), p99Ms: at(0.99), slowestMs: at(1) };
}

async function theirPuts() {
  await using etcd = await startSingleEtcd();
  return await checkPerf(etcd, 'xl');
}
