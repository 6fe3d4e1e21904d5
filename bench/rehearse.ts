/**
 * The figure: `drill rehearse` on a snapshot of a million keys, by phase, with its peak memory beside
 * the size of the file: `npm run bench:rehearse`. A real etcd makes the file; the rehearsal is the
 * command itself, in a process of its own. Fails where it needs more memory than the bound.
 */
import { createWriteStream, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { type EtcdClient, openClient } from '../src/etcd/client.ts';
import { snapshot } from '../src/etcd/snapshot.ts';
import type { TxnOp } from '../src/history/operation.ts';
import type { Rehearsal } from '../src/rehearse/rehearsal.ts';
import { startSingleEtcd } from '../test/fixtures/single-etcd.ts';
import { table } from './lib/table.ts';

const keys = Number(process.argv[2] ?? 1_000_000);
const valueBytes = 512;
const putsPerTxn = 1000;
const clients = 4;
/** Less than the file has: a reader that held it could not keep to this. */
const limitMegabytes = 600;
const version = '3.5.35';

const folder = mkdtempSync(join(tmpdir(), 'drill-bench-rehearse-'));
try {
  const file = join(folder, 'million.db');
  const writtenMs = await timed(() => makeSnapshot(file));
  const { exitCode } = await execa(
    process.execPath,
    ['src/cli/main.ts', 'rehearse', file, '--etcd', version, '--output', join(folder, 'reports')],
    { stdio: 'inherit', reject: false },
  );
  const [path = ''] = globSync(join(folder, 'reports/*/run.json'));
  const rehearsal = JSON.parse(readFileSync(path, 'utf8')) as Rehearsal;
  const { phases, snapshot: found, peakMemoryBytes, durationMs, rtoMs } = rehearsal;
  const peak = megabytes(peakMemoryBytes);
  console.log(
    table([
      ['', 'seconds'],
      ['make the snapshot', seconds(writtenMs)],
      ...phases.map(({ name, startMs, endMs }) => [name, seconds(endMs - startMs)]),
      ['restored (RTO)', seconds(rtoMs ?? Number.NaN)],
      ['the rehearsal after reading the file', seconds(durationMs)],
    ]),
  );
  console.log(
    table([
      ['', 'MB', 'bound'],
      ['the file', String(megabytes(found.sizeBytes)), ''],
      ['peak memory of drill', String(peak), String(limitMegabytes)],
    ]),
  );
  console.log(`${found.keys} keys, ${rehearsal.outcome}`);
  const held = exitCode === 0 && found.keys === keys;
  const isStreamed = peak <= limitMegabytes && megabytes(found.sizeBytes) > limitMegabytes;
  process.exitCode = held && isStreamed ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

async function makeSnapshot(file: string): Promise<void> {
  await using etcd = await startSingleEtcd({
    request: version,
    flags: [
      `--max-txn-ops=${putsPerTxn}`,
      `--quota-backend-bytes=${8 * 2 ** 30}`,
      '--unsafe-no-fsync',
    ],
  });
  await using client = openClient({ member: 'etcd', address: etcd.address });
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < keys) {
      const from = next;
      next += putsPerTxn;
      await putAll(client, from, Math.min(next, keys));
    }
  };
  await Promise.all(Array.from({ length: clients }, writer));
  const chunks = snapshot(client, { idleMs: 30_000 });
  await pipeline(Readable.from(chunks), createWriteStream(file, { mode: 0o600 }));
}

async function putAll(client: EtcdClient, from: number, to: number): Promise<void> {
  const success: TxnOp[] = [];
  for (let index = from; index < to; index += 1) {
    const key = `/registry/kind${index % 20}/namespace/object-${String(index).padStart(7, '0')}`;
    success.push({ kind: 'put', key, value: `${index}.`.padEnd(valueBytes, 'v') });
  }
  const request = { kind: 'txn', compare: [], success, failure: [] } as const;
  const outcome = await client.perform(request, { deadlineMs: 60_000 });
  if (outcome.status !== 'ok') throw new Error(`a put was answered: ${outcome.error.message}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(1);
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
