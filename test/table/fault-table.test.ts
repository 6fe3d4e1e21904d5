import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import type { FaultKind } from '../../src/faults/kind.ts';
import { faultKinds, faultNamed } from '../../src/faults/registry.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { drill } from '../fixtures/drill.ts';
import { keptCluster } from '../fixtures/kept-cluster.ts';
import { type Observer, startObserver } from '../fixtures/observer.ts';
import { silently } from '../fixtures/pods.ts';
import { type Cell, type Way, tryCell, tryClean } from './cell.ts';
import { printTable } from './print-table.ts';
import { knownRefusals } from './refusals.ts';

/** Clusters that share the work: each fault has one to itself while it is on. Hosts far away are slow. */
const clusters = { local: 3, remote: 1 };
/** For the cells of a family: those of `drill clean`, each with a cluster to itself, and the others. */
const timeouts = {
  local: { cells: { timeout: 900_000 }, clean: { timeout: 600_000 } },
  remote: { cells: { timeout: 7_200_000 }, clean: { timeout: 7_200_000 } },
};
const engine = await connectEngine({ env: process.env });
const { cells: ofCells, clean: ofClean } = timeouts[engine.location.kind];
/** Of the faults that `DRILL_TEST_FAULTS` names, with commas; of all by default. `-t network` does one family. */
const asked = process.env['DRILL_TEST_FAULTS']?.split(',');
const tried = asked?.map(faultNamed) ?? faultKinds;
const families = [...new Set(tried.map(({ family }) => family))];

const table = new Map(tried.map((kind) => [kind, new Map<Way, Cell>()]));
let observer: Observer;
let mapper: boolean;
const runs: string[] = [];

beforeAll(async () => {
  observer = await startObserver(await ensureToolbox({ engine, announce: silently }));
  mapper = observer.host.includes('device-mapper');
  for (let index = 0; index < clusters[engine.location.kind]; index++)
    runs.push(await keptCluster(`table${index}`, { mapper }));
});
afterAll(async () => {
  const begun = new Map([...table].filter(([, cells]) => cells.size > 0));
  process.stdout.write(`${printTable(observer.host, begun)}\n`);
  if (runs.length > 0) await drill(['clean', ...runs]);
  const left = await Promise.all(runs.map((run) => observer.left(run)));
  await observer[Symbol.asyncDispose]();
  expect(left.flat()).toEqual([]);
});

describe.each(families)('%s faults', (family) => {
  const kinds = tried.filter((kind) => kind.family === family);

  test(
    'come off by their scope, by Ctrl-C and after `kill -9`, as seen from outside',
    ofCells,
    async () => {
      const cells = kinds.flatMap((kind) =>
        (['scope', 'Ctrl-C', 'kill -9'] as const).map((way) => ({ kind, way })),
      );
      await inTurn(cells, ({ kind, way }, run) =>
        filled(kind, way, () => tryCell(kind, way, run, observer)),
      );
      expect(failures(['scope', 'Ctrl-C', 'kill -9'])).toEqual([]);
    },
  );

  test('are removed by `drill clean`, with nothing of them left', ofClean, async () => {
    await inTurn(kinds, (kind) =>
      filled(kind, 'drill clean', () => tryClean(kind, observer, mapper)),
    );
    expect(failures(['drill clean'])).toEqual([]);
  });

  test('are refused only where that is known of this kind of host', () => {
    const known = Object.entries(knownRefusals(observer.host));
    const ofFamily = known.filter(([name]) => kinds.some((kind) => kind.name === name));
    for (const way of ['scope', 'Ctrl-C', 'kill -9', 'drill clean'] as const)
      expect(refused(way), way).toEqual(Object.fromEntries(ofFamily));
  });

  const failures = (among: readonly Way[]): string[] =>
    kinds.flatMap((kind) =>
      among.flatMap((way) => {
        const cell = table.get(kind)?.get(way);
        return cell?.state === 'failed' ? [`${kind.name} by ${way}: ${cell.why}`] : [];
      }),
    );
  const refused = (way: Way): Record<string, string> =>
    Object.fromEntries(
      kinds.flatMap((kind) => {
        const cell = table.get(kind)?.get(way);
        return cell?.state === 'refused' ? [[kind.name, cell.why]] : [];
      }),
    );
});

/** Does all of them, as many at a time as there are clusters. */
async function inTurn<T>(
  things: readonly T[],
  act: (thing: T, run: string) => Promise<void>,
): Promise<void> {
  const left = [...things];
  await Promise.all(
    runs.map(async (run) => {
      for (let thing = left.shift(); thing !== undefined; thing = left.shift())
        await act(thing, run);
    }),
  );
}

/** A cell that throws has failed, and the others are tried all the same. */
async function filled(kind: FaultKind, way: Way, attempt: () => Promise<Cell>): Promise<void> {
  const cell = await attempt().catch((error: Error): Cell => ({
    state: 'failed',
    why: error.message,
  }));
  table.get(kind)?.set(way, cell);
  process.stdout.write(
    `${kind.name} by ${way}: ${'why' in cell ? `${cell.state}: ${cell.why}` : cell.state}\n`,
  );
}
