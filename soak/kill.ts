import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connectEngine } from '../src/engine/connect-engine.ts';
import { ensureToolbox } from '../src/images/ensure-toolbox.ts';
import { createAnnounce } from '../src/setup/announce.ts';
import { keptCluster } from '../test/e2e/fault-table/clusters.ts';
import { startObserver } from '../test/e2e/fault-table/observe.ts';
import { onEngine } from '../test/fixtures/docker.ts';
import { drill } from '../test/fixtures/drill.ts';
import { type Kill, killOnce, planned } from './kill-once.ts';
import { killTable } from './kill-table.ts';

/**
 * `npm run soak:kill [count]`: kills the owner of a fault with `kill -9`, 100 times, in every moment of
 * every leased fault, and sees from outside that each comes off within the lease. A cluster serves for
 * ten kills, then `drill clean` must leave nothing of it. Started again it goes on where it was.
 */
const perCluster = 10;
const lanes = 3;
const count = Number(process.argv[2] ?? 100);
const folder = resolve('reports/soak-kill');
const results = join(folder, 'results.jsonl');

mkdirSync(folder, { recursive: true });
const kills: Kill[] = readKills();
const refused = new Set(kills.filter(({ state }) => state === 'refused').map(({ fault }) => fault));
let leftovers = 0;
let next = Math.max(-1, ...kills.map(({ number }) => number)) + 1;
let stopped = false;
process.once('SIGINT', () => {
  stopped = true;
});

const engine = await connectEngine({ env: process.env });
const toolbox = await ensureToolbox({ engine, announce: createAnnounce(process.stderr) });
await using observer = await startObserver(toolbox);
const mapper = await observer.can('device-mapper');
const struck = (): number =>
  kills.filter(({ state }) => state === 'healed' || state === 'left').length;
const goesOn = (): boolean => !stopped && struck() < count;

await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)));
process.stdout.write(
  `${killTable(kills)}\n\n${struck()} killed, ${leftovers} left on the engine\n`,
);
process.exitCode = leftovers > 0 || kills.some(({ state }) => state === 'left') ? 1 : 0;

async function work(lane: number): Promise<void> {
  while (goesOn()) {
    const run = await keptCluster(`kill${lane}`, mapper);
    try {
      for (let done = 0; done < perCluster && goesOn(); done++) {
        const number = nextNumber();
        const kill = await killOnce(number, planned(number), run, observer);
        kills.push(kill);
        if (kill.state === 'refused') refused.add(kill.fault);
        appendFileSync(results, `${JSON.stringify(kill)}\n`);
        process.stderr.write(`${number} ${kill.fault} in ${kill.moment}: ${kill.state}\n`);
        if (kill.state === 'left') break; // the next one gets a cluster without it
      }
    } finally {
      await drill(['clean', run]);
      const left = await onEngine(run);
      leftovers += left.length;
      for (const name of left) process.stderr.write(`left ${name}\n`);
    }
  }
}

/** Passes over the faults that this host has refused. */
function nextNumber(): number {
  while (refused.has(planned(next).kind.name)) next += 1;
  return next++;
}

function readKills(): Kill[] {
  if (!existsSync(results)) return [];
  const lines = readFileSync(results, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Kill);
}
