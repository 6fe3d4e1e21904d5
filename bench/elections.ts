import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { parseClusterSpec } from '../src/cluster/spec.ts';
import { startCluster } from '../src/cluster/start-cluster.ts';
import { ensureEngine } from '../src/engine/ensure-engine.ts';
import { ensureToolbox } from '../src/images/ensure-toolbox.ts';
import { resolveEtcdImage } from '../src/images/resolve-etcd-image.ts';
import type { JournalEvent } from '../src/journal/events.ts';
import { UndoStack } from '../src/runner/undo-stack.ts';
import { createAnnounce } from '../src/setup/announce.ts';

/**
 * How long a new cluster takes to its first leader, from the first etcd's start, by size; beside it
 * what starting the whole cluster and removing it takes. Median of five clusters each.
 */
const targetsMs: Readonly<Record<number, number>> = { 3: 1500, 5: 2200, 7: 3000 };
const trials = 5;

const announce = createAnnounce(process.stderr);
const engine = await ensureEngine({ env: process.env, announce });
const toolbox = await ensureToolbox({ engine, announce });
const image = await resolveEtcdImage({ engine, announce });

const rows: Record<string, string>[] = [];
for (const members of [3, 5, 7]) {
  const samples: Sample[] = [];
  for (let trial = 0; trial < trials; trial++) samples.push(await measure(members));
  const median = (pick: (sample: Sample) => number): number =>
    samples.map(pick).toSorted((a, b) => a - b)[Math.floor(trials / 2)] ?? Number.NaN;
  const leaderMs = median((sample) => sample.leaderMs);
  const targetMs = targetsMs[members] ?? Number.NaN;
  rows.push({
    members: String(members),
    'first leader': `${leaderMs.toFixed(0)} ms`,
    target: `${targetMs} ms`,
    'of target': `${((100 * leaderMs) / targetMs).toFixed(0)}%`,
    'cluster up': `${median((sample) => sample.upMs).toFixed(0)} ms`,
    removed: `${median((sample) => sample.removedMs).toFixed(0)} ms`,
  });
}
console.table(rows);
process.exit();

interface Sample {
  readonly leaderMs: number;
  readonly upMs: number;
  readonly removedMs: number;
}

async function measure(members: number): Promise<Sample> {
  const logFolder = mkdtempSync(join(tmpdir(), 'drill-bench-'));
  const events: JournalEvent[] = [];
  const undo = new UndoStack();
  const startedMs = performance.now();
  await startCluster({
    engine,
    identity: { run: `bench-${process.pid}-${Math.round(startedMs)}`, drill: 'bench' },
    spec: parseClusterSpec({ members }),
    images: [image],
    toolbox,
    publish: undefined,
    logFolder,
    log: pino({ level: 'silent' }),
    nowMs: () => performance.now(),
    write: (event) => events.push(event),
    undo,
    signal: new AbortController().signal,
    fail: (error) => {
      throw error;
    },
  });
  const upMs = performance.now() - startedMs;
  const firstStart = events.find((e) => e.type === 'member.state' && e.state === 'starting');
  const leader = events.find((e) => e.type === 'leader' && e.leader !== null);
  if (!firstStart || !leader) throw new Error('the journal has no start or no leader');
  const removingMs = performance.now();
  const failures = await undo.unwind(30_000);
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
  rmSync(logFolder, { recursive: true });
  return { leaderMs: leader.t - firstStart.t, upMs, removedMs: performance.now() - removingMs };
}
