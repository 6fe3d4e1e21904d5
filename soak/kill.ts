import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connectEngine } from '../src/engine/connect-engine.ts';
import { ensureToolbox } from '../src/images/ensure-toolbox.ts';
import { createAnnounce } from '../src/setup/announce.ts';
import { startObserver } from '../test/fixtures/observer.ts';
import { isDone, killAll } from './kill-all.ts';
import type { Kill } from './kill-once.ts';
import { type PlannedKill, planKills } from './kill-plan.ts';
import { isKilled, killTable } from './kill-table.ts';
import { leasedOn } from './leased-on.ts';

/**
 * `npm run soak:kill [count]`: kills the runners of 100 whole runs with `kill -9`, spread evenly over
 * the moments of every leased fault, and sees from outside that each fault comes off within its lease
 * and that `drill clean` leaves nothing. Each kill is written down at once; started again it goes on
 * where it was. Exits with 0 only where every planned kill was done and all came off.
 */
const count = Number(process.argv[2] ?? 100);
const lanes = 3;
const folder = resolve('reports/soak-kill');
const results = join(folder, 'kills.jsonl');

mkdirSync(folder, { recursive: true });
let stopped = false;
// Not once: without a listener of its own left, execa's would end the process.
process.on('SIGINT', () => {
  stopped = true;
});

const engine = await connectEngine({ env: process.env });
const toolbox = await ensureToolbox({ engine, announce: createAnnounce(process.stderr) });
await using observer = await startObserver(toolbox);
const leased = leasedOn(observer.host);
const planned = planKills(count, leased.done);
const kills = readKills();
const doneBefore = (plan: PlannedKill): boolean =>
  kills.some((kill) => isDone(kill) && isSame(kill, plan));

await killAll(
  planned.filter((plan) => !doneBefore(plan)),
  {
    observer,
    lanes,
    done(kill) {
      kills.push(kill);
      appendFileSync(results, `${JSON.stringify(kill)}\n`);
      process.stderr.write(`${kill.number} ${kill.fault} in ${kill.moment}: ${ended(kill)}\n`);
    },
    stopped: () => stopped,
  },
);
const killed = kills.filter(isKilled);
const wrong = kills.filter(
  (kill) =>
    kill.state === 'refused' ||
    (isKilled(kill) && (kill.state === 'left-on' || kill.leftovers.length > 0)),
);
const missing = planned.filter((plan) => !doneBefore(plan));
process.stdout.write(
  `${killTable(kills)}\n\n${killed.length} killed, ${missing.length} of ${count} planned not done, ${wrong.length} wrong; ` +
    `known to be refused on ${observer.host}: ${leased.refused.join(', ') || 'none'}\n`,
);
process.exitCode = missing.length + wrong.length > 0 ? 1 : 0;

function ended(kill: Kill): string {
  if (!isKilled(kill)) return `${kill.state}: ${kill.why}`;
  const seen = kill.state === 'healed' ? 'healed' : `left on: ${kill.differs.join('; ')}`;
  return [`struck in ${kill.struck}`, seen, ...kill.leftovers.map((name) => `left ${name}`)].join(
    ', ',
  );
}

function isSame(kill: Kill, plan: PlannedKill): boolean {
  return kill.number === plan.number && kill.fault === plan.fault && kill.moment === plan.moment;
}

function readKills(): Kill[] {
  if (!existsSync(results)) return [];
  const lines = readFileSync(results, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Kill);
}
