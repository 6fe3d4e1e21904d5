import { startPods } from '../test/fixtures/pods.ts';
import { table } from './lib/table.ts';

/**
 * How long a new cluster takes to its first leader, from the first etcd's start, by size; beside it
 * what starting the whole cluster and removing it takes. Median of five clusters each:
 * `npm run bench:elections`.
 */
const targetsMs = [
  [3, 1500],
  [5, 2200],
  [7, 3000],
] as const;
const trials = 5;

const rows = [['members', 'first leader', 'target', 'of target', 'cluster up', 'removed']];
for (const [members, targetMs] of targetsMs) {
  const samples: Sample[] = [];
  for (let trial = 0; trial < trials; trial++) samples.push(await measure(members));
  const leaderMs = median(samples.map((sample) => sample.leaderMs));
  rows.push([
    String(members),
    `${leaderMs} ms`,
    `${targetMs} ms`,
    `${Math.round((100 * leaderMs) / targetMs)}%`,
    `${median(samples.map((sample) => sample.upMs))} ms`,
    `${median(samples.map((sample) => sample.removedMs))} ms`,
  ]);
}
process.stdout.write(`${table(rows)}\n`);
process.exit();

interface Sample {
  readonly leaderMs: number;
  readonly upMs: number;
  readonly removedMs: number;
}

async function measure(members: number): Promise<Sample> {
  const startedMs = performance.now();
  const pods = await startPods({ members }, { name: 'bench' });
  const upMs = performance.now() - startedMs;
  const firstStart = pods.events.find((e) => e.type === 'member.state' && e.state === 'starting');
  const leader = pods.events.find((e) => e.type === 'leader' && e.leader !== null);
  if (!firstStart || !leader) throw new Error('the journal has no start or no leader');
  const removingMs = performance.now();
  await pods[Symbol.asyncDispose]();
  return { leaderMs: leader.t - firstStart.t, upMs, removedMs: performance.now() - removingMs };
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN);
}
