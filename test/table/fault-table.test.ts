import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import { faultKinds } from '../../src/faults/registry.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { onEngine } from '../fixtures/docker.ts';
import { drill } from '../fixtures/drill.ts';
import {
  type Cell,
  type Way,
  proved,
  startInject,
  tryCell,
  ways,
} from '../e2e/fault-table/cell.ts';
import { keptCluster, refusedOn, settled } from '../e2e/fault-table/clusters.ts';
import { type Observer, startObserver } from '../e2e/fault-table/observe.ts';

/** Clusters that share the work: each fault has one to itself while it is on. */
const clusters = 3;

const table = new Map(faultKinds.map((kind) => [kind.name, new Map<Way, Cell>()]));
const kinds = faultKinds.filter(({ undo }) => undo !== 'irreversible');
let observer: Observer;
const runs: string[] = [];
let host = '';

beforeAll(async () => {
  const engine = await connectEngine({ env: process.env });
  observer = await startObserver(
    await ensureToolbox({ engine, announce: (_title, task) => task() }),
  );
  const mapper = await observer.can('device-mapper');
  const netem = await observer.can('netem');
  host = [observer.cgroup, ...(netem ? ['netem'] : []), ...(mapper ? ['device-mapper'] : [])].join(
    '-',
  );
  for (let index = 0; index < clusters; index++)
    runs.push(await keptCluster(`table${index}`, mapper));
});
afterAll(async () => {
  await observer?.[Symbol.asyncDispose]();
  if (runs.length > 0) await drill(['clean', ...runs]);
  expect((await Promise.all(runs.map((run) => onEngine(run)))).flat()).toEqual([]);
  process.stdout.write(`${printed()}\n`);
});

test('every fault comes off by its scope, by Ctrl-C and by its lease', async () => {
  const left = kinds.flatMap((kind) =>
    (['scope', 'Ctrl-C', 'kill -9'] as const).map((way) => ({ kind, way })),
  );
  await Promise.all(
    runs.map(async (run) => {
      for (let cell = left.shift(); cell; cell = left.shift()) {
        const { kind, way } = cell;
        await settled(run);
        table.get(kind.name)?.set(way, await tryCell(kind, way, run, observer));
      }
    }),
  );
  expect(failed(['scope', 'Ctrl-C', 'kill -9'])).toEqual([]);
}, 600_000);

test('`drill clean` removes a run with faults on it, and nothing of them is left', async () => {
  const left = kinds.filter(({ name }) => table.get(name)?.get('scope')?.state === 'healed');
  const stays = faultKinds.filter(({ undo }) => undo === 'irreversible');
  const queue = [...left, ...stays];
  await Promise.all(
    runs.map(async (run) => {
      await settled(run);
      const held = [];
      // One after the other on one cluster: faults stack. What cannot be on beside another is not.
      for (let kind = queue.shift(); kind; kind = queue.shift()) {
        const injecting = startInject(kind, run, '120s');
        const why = await proved(injecting).catch((error: Error): Cell => ({
          state: 'failed',
          why: error.message,
        }));
        if (why)
          table.get(kind.name)?.set('drill clean', {
            state: 'n/a',
            why: why.state === 'n/a' ? '' : 'not beside the others',
          });
        else held.push({ kind, injecting });
        if (held.length > faultKinds.length / clusters) break;
      }
      for (const { injecting } of held) if (injecting.running()) injecting.signal('SIGKILL');
      const startedAt = performance.now();
      const { exitCode, stderr } = await drill(['clean', run]);
      const there = await onEngine(run);
      const cell: Cell =
        exitCode === 0 && there.length === 0
          ? { state: 'healed', ms: performance.now() - startedAt }
          : {
              state: 'failed',
              why: `exit ${String(exitCode)} ${stderr}; left ${there.join(', ')}`,
            };
      for (const { kind } of held) table.get(kind.name)?.set('drill clean', cell);
    }),
  );
  expect(failed(['drill clean'])).toEqual([]);
}, 300_000);

test('the refused ones are those that are known of this kind of host', () => {
  const refused = Object.fromEntries(
    [...table].flatMap(([name, cells]) => {
      const cell = cells.get('scope');
      return cell?.state === 'refused' ? [[name, cell.why]] : [];
    }),
  );
  expect(refused).toEqual(refusedOn(host));
});

const failed = (among: readonly Way[]): string[] =>
  [...table].flatMap(([name, cells]) =>
    among.flatMap((way) => {
      const cell = cells.get(way);
      return cell?.state === 'failed' ? [`${name} by ${way}: ${cell.why}`] : [];
    }),
  );

function printed(): string {
  const shown = (cell: Cell | undefined): string => {
    if (cell === undefined) return '–';
    return cell.state === 'healed' ? `${(cell.ms / 1000).toFixed(1)} s` : cell.state;
  };
  const rows = faultKinds.map(
    ({ name, undo }) =>
      `| ${name} | ${undo} | ${ways.map((way) => shown(table.get(name)?.get(way))).join(' | ')} |`,
  );
  const cells = [...table.values()].flatMap((row) => [...row.values()]);
  const count = (state: Cell['state']): number =>
    cells.filter((cell) => cell.state === state).length;
  return [
    `| fault (${host}) | undo | ${ways.join(' | ')} |`,
    `| --- | --- | ${ways.map(() => '---').join(' | ')} |`,
    ...rows,
    `executed ${count('healed') + count('failed')}, refused ${count('refused')}, not applicable ${count('n/a')}`,
  ].join('\n');
}
