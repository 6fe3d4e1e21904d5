import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { builtInNames } from '../src/runner/load-scenarios.ts';
import type { RunJson } from '../src/reporters/run-json.ts';
import { goOn, passed, type SoakRun } from './go-on.ts';
import { type SoakResult, soakTable } from './table.ts';

/**
 * `npm run soak [drill …]`: every drill with 20 seeds, half on each of two versions, one after the
 * other, to find a violation that is none. It takes hours; each run's end is written down at once,
 * and started again it goes on where it was. The table comes at the end, and after every Ctrl-C. Exits
 * with 0 only where every run was done and held.
 */
const versions = ['3.5.35', '3.7.3'];
const seedsPerVersion = 10;
/** Fewest operations of a run, however slow the machine. */
const operations = 5000;
const folder = resolve('reports/soak');
const results = join(folder, 'results.jsonl');

mkdirSync(folder, { recursive: true });
const asked = process.argv.slice(2);
const drills = asked.length > 0 ? asked : builtInNames();
const planned = Array.from({ length: seedsPerVersion }, (_, index) => index + 1).flatMap((seed) =>
  versions.flatMap((etcd) => drills.map((drill) => ({ drill, etcd, seed }))),
);
let stopped = false;
// Not once: without a listener of its own left, execa's would end the process.
process.on('SIGINT', () => {
  stopped = true;
});

const done = await goOn(planned, readResults(), {
  async soakOnce(run) {
    const result = await soakOnce(run);
    const { drill, etcd, seed, outcome } = result;
    process.stderr.write(`${drill} on ${etcd}, seed ${seed}: ${outcome}\n`);
    return result;
  },
  keep: (result) => appendFileSync(results, `${JSON.stringify(result)}\n`),
  stopped: () => stopped,
});
process.stdout.write(`${soakTable([...done.values()])}\n`);
process.exitCode = passed(planned, done, operations) ? 0 : 1;

async function soakOnce({ drill, etcd, seed }: SoakRun): Promise<SoakResult> {
  const output = join(folder, `${drill.replaceAll('/', '-')}-${etcd}-${seed}`);
  const words = ['run', drill, '--etcd', etcd, '--seed', String(seed), '--output', output];
  words.push('--operations', String(operations));
  rmSync(output, { recursive: true, force: true }); // of a soak that was stopped in this run
  const started = performance.now();
  const { exitCode } = await execa(
    './drill',
    [...words, '--reporter', 'json', '--reporter', 'html'],
    {
      reject: false,
    },
  );
  const seconds = (performance.now() - started) / 1000;
  const run = readRunJson(output);
  if (!run)
    return {
      drill,
      etcd,
      seed,
      seconds,
      exitCode: exitCode ?? -1,
      outcome: 'error',
      operations: 0,
      notExercised: [],
      found: [],
    };
  const named = (status: string): string[] =>
    run.verdicts.filter((verdict) => verdict.status === status).map(({ assertion }) => assertion);
  return {
    drill,
    etcd,
    seed,
    seconds,
    exitCode: exitCode ?? -1,
    outcome: run.outcome,
    operations: sentOf(run),
    notExercised: named('not-exercised'),
    found: [...named('violated'), ...named('inconclusive')],
  };
}

/** Operations that left drill: those that found no connection are counted as failed. */
function sentOf({ operations: { total, errors } }: RunJson): number {
  const neverSent = errors.filter(({ status }) => status === 'never-sent');
  const all = total.ok + total.unknown + total.failed;
  return neverSent.reduce((left, { count }) => left - count, all);
}

function readRunJson(output: string): RunJson | undefined {
  const [run] = existsSync(output) ? readdirSync(output) : [];
  const path = join(output, run ?? '', 'run.json');
  return run !== undefined && existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as RunJson)
    : undefined;
}

function readResults(): SoakResult[] {
  if (!existsSync(results)) return [];
  const lines = readFileSync(results, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as SoakResult);
}
