import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { RunJson } from '../src/reporters/run-json.ts';
import { table } from './lib/table.ts';

/**
 * What a warm `drill run partition` takes as a whole, timed by hyperfine (Debian's package), and how
 * much of it is not the drill's own holds (steady state, cut, recovery): `npm run bench:run`.
 */
const runs = 3;
const holdsMs = 5000 + 10_000 + 3000;
const targetsMs = { whole: 30_000, rest: 8000 };

const output = mkdtempSync(join(tmpdir(), 'drill-bench-run-'));
const figures = join(output, 'hyperfine.json');
const reports = join(output, 'reports');
try {
  await execa(
    'hyperfine',
    [
      '--warmup',
      '1',
      '--runs',
      String(runs),
      '--export-json',
      figures,
      `./drill run partition --output ${reports}`,
    ],
    { stdout: 'ignore' },
  );
  const { results } = JSON.parse(readFileSync(figures, 'utf8')) as {
    results: { median: number }[];
  };
  const wholeMs = 1000 * (results[0]?.median ?? Number.NaN);
  const ended = readdirSync(reports).map(
    (run) => (JSON.parse(readFileSync(join(reports, run, 'run.json'), 'utf8')) as RunJson).outcome,
  );
  const row = (what: string, ms: number, targetMs: number): string[] => [
    what,
    `${(ms / 1000).toFixed(1)} s`,
    `${targetMs / 1000} s`,
    `${Math.round((100 * ms) / targetMs)}%`,
  ];
  const rows = [
    ['', 'median', 'target', 'of target'],
    row('drill run partition', wholeMs, targetsMs.whole),
    row('without its holds', wholeMs - holdsMs, targetsMs.rest),
  ];
  process.stdout.write(`${table(rows)}\n${ended.length} runs: ${ended.join(', ')}\n`);
} finally {
  rmSync(output, { recursive: true });
}
