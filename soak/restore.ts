import { randomInt } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type RestoreKill, killInRestore } from '../test/fixtures/restore-kill.ts';
import { isDone, nextPhase, restoreTable } from './restore-table.ts';

/**
 * `npm run soak:restore [count]`: kills the runner of `snapshot-restore` with `kill -9`, 20 times and
 * at least twice in each phase, and sees that the backup is as it was taken and that `drill clean`
 * leaves nothing. Started again it goes on where it was.
 */
const count = Number(process.argv[2] ?? 20);
const jitterMs = 120;
const folder = resolve('reports/soak-restore');
const results = join(folder, 'results.jsonl');

mkdirSync(folder, { recursive: true });
const kills = readKills();
let stopped = false;
process.once('SIGINT', () => {
  stopped = true;
});

const goesOn = (): boolean => !stopped && !isDone(kills, count);
while (goesOn()) {
  const kill = await killInRestore(nextPhase(kills), randomInt(jitterMs));
  if (stopped) break; // Ctrl-C ended the run, too
  kills.push(kill);
  appendFileSync(results, `${JSON.stringify(kill)}\n`);
  const { phase, damaged, left } = kill;
  process.stderr.write(
    `${kills.length} killed in ${phase}: ${damaged || 'backup intact'}, ${left.length} left\n`,
  );
}
process.stdout.write(`${restoreTable(kills)}\n`);
const sound = kills.every(({ damaged, left }) => damaged === '' && left.length === 0);
process.exitCode = sound && isDone(kills, count) ? 0 : 1;

function readKills(): RestoreKill[] {
  if (!existsSync(results)) return [];
  const lines = readFileSync(results, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as RestoreKill);
}
