import { expect, test } from 'vitest';
import { killAll } from '../../soak/kill-all.ts';
import type { Kill } from '../../soak/kill-once.ts';
import { planKills } from '../../soak/kill-plan.ts';
import { isKilled, killTable } from '../../soak/kill-table.ts';
import { leasedOn } from '../../soak/leased-on.ts';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { startObserver } from '../fixtures/observer.ts';
import { silently } from '../fixtures/pods.ts';

test('ten runs killed with `kill -9`, all over the library: every fault off in time, nothing left', async () => {
  const engine = await connectEngine({ env: process.env });
  await using observer = await startObserver(await ensureToolbox({ engine, announce: silently }));
  const planned = planKills(10, leasedOn(observer.host).done);
  const kills: Kill[] = [];
  await killAll(planned, {
    observer,
    lanes: 4,
    done: (kill) => kills.push(kill),
    stopped: () => false,
  });
  process.stdout.write(`${killTable(kills)}\n`);
  const struck = kills.filter(isKilled);
  expect(kills.filter(({ state }) => state === 'refused' || state === 'left-on')).toEqual([]);
  expect(struck.flatMap(({ leftovers }) => leftovers)).toEqual([]);
  const hit = struck.filter((kill) => kill.struck === kill.moment);
  expect(hit.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([...planned.keys()]);
}, 300_000);
