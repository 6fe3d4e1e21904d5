import { execa } from 'execa';
import type { Member } from '../src/cluster/member.ts';
import type { HealableFault } from '../src/faults/fault.ts';
import { partition } from '../src/faults/network/partition.ts';
import { reset } from '../src/faults/network/reset.ts';
import { startPods } from '../test/fixtures/pods.ts';
import { table } from './lib/table.ts';

/**
 * How long injecting a network fault takes, by itself and with its proof; beside it the same rules of
 * the same cut by one `docker exec … iptables` each, as tools without a session do it. Medians of a
 * cluster of three: `npm run bench:injection`.
 */
const targetMs = 50;
const trials = 25;
const peerTrials = 5;

await using pods = await startPods({}, { name: 'bench' });
const [m1, m2, m3] = pods.cluster.members as [Member, Member, Member];

const faults: readonly (readonly [string, HealableFault])[] = [
  ['partition, both ways', partition([m1], [m2, m3])],
  ['partition, inbound', partition([m1], [m2, m3], { direction: 'inbound' })],
  ['partition, clients', partition([m1], [m2, m3], { scope: 'client' })],
  ['reset', reset([m1], [m2, m3])],
];
const rows = [['', 'inject', 'target', 'inject + prove', 'docker exec', 'times as long']];
const theirsMs = await byDockerExec();
for (const [name, fault] of faults) {
  const samples: Sample[] = [];
  for (let trial = 0; trial < trials; trial++) samples.push(await measure(fault, `b${trial}`));
  const injectMs = median(samples.map((sample) => sample.injectMs));
  if (injectMs > targetMs) process.exitCode = 1;
  const compared = fault === faults[0]?.[1];
  rows.push([
    name,
    `${injectMs.toFixed(1)} ms`,
    `${targetMs} ms`,
    `${median(samples.map((sample) => sample.provedMs)).toFixed(0)} ms`,
    compared ? `${theirsMs.toFixed(0)} ms` : '',
    compared ? (theirsMs / injectMs).toFixed(1) : '',
  ]);
}
process.stdout.write(`${table(rows)}\n`);
if (process.exitCode) process.stdout.write(`MISSED: a median above ${targetMs} ms\n`);

interface Sample {
  readonly injectMs: number;
  readonly provedMs: number;
}

async function measure(fault: HealableFault, id: string): Promise<Sample> {
  const prepared = await fault.prepare(id);
  try {
    const startedMs = performance.now();
    await prepared.inject();
    const injectMs = performance.now() - startedMs;
    await prepared.prove();
    return { injectMs, provedMs: performance.now() - startedMs };
  } finally {
    await prepared.heal();
    await prepared.proveHealed();
  }
}

/** One command per rule, at the three members of the cut both ways. */
async function byDockerExec(): Promise<number> {
  const rules = [
    [m1, m2],
    [m1, m3],
    [m2, m1],
    [m3, m1],
  ].flatMap(([at, from]) =>
    ['--dport', '--sport'].map((side) => ({
      container: at?.container ?? '',
      rule: ['INPUT', '-s', from?.address ?? '', '-p', 'tcp', side, '2380', '-j', 'DROP'],
    })),
  );
  const every = async (action: '-I' | '-D'): Promise<void> => {
    for (const { container, rule } of rules)
      await execa('docker', ['exec', container, 'iptables', '-w', '5', action, ...rule]);
  };
  const samples: number[] = [];
  for (let trial = 0; trial < peerTrials; trial++) {
    const startedMs = performance.now();
    await every('-I');
    samples.push(performance.now() - startedMs);
    await every('-D');
  }
  return median(samples);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
