import { exitCode } from '../../src/errors.ts';
import type { FaultKind } from '../../src/faults/kind.ts';
import { type Ended, drill } from '../fixtures/drill.ts';
import { keptCluster, settled } from '../fixtures/kept-cluster.ts';
import { type Observer, difference, untilAsBefore } from '../fixtures/observer.ts';
import { until } from '../fixtures/until.ts';
import { inject } from './inject.ts';

/** Ways in which a fault comes off; `drill clean` removes what it is on as well. */
export const ways = ['scope', 'Ctrl-C', 'kill -9', 'drill clean'] as const;
export type Way = (typeof ways)[number];

/** What came of one fault healed in one way. */
export type Cell =
  | { readonly state: 'healed'; readonly ms: number }
  /** The fault is irreversible: nothing but `drill clean` ends it. */
  | { readonly state: 'stays' }
  | { readonly state: 'refused' | 'failed'; readonly why: string };

/** What a lease promises, from the death of its owner. */
export const leaseMs = 10_000;
/** A fault healed by its own process is off before that ends; the engine's own view may lag. */
const lagMs = 5000;
const seenWithinMs = 20_000;
/** It is over as soon as it has happened: connections die once, and nothing stands there to be seen. */
const momentary = new Set(['reset']);

/** Injects a fault, ends it in one way, and sees from outside that all is as before. */
export async function tryCell(
  kind: FaultKind,
  way: Exclude<Way, 'drill clean'>,
  run: string,
  observer: Observer,
): Promise<Cell> {
  if (kind.undo === 'irreversible') return { state: 'stays' };
  const heal = (): Promise<Ended> => drill(['fault', 'heal', '--all', '--on', run]);
  try {
    await settled(run);
    const cell = await injectAndEnd(kind, way, run, observer, heal);
    if (cell.state === 'failed') await heal(); // for the cells after this one
    return cell;
  } catch (error) {
    await heal();
    throw error;
  }
}

async function injectAndEnd(
  kind: FaultKind,
  way: Exclude<Way, 'drill clean'>,
  run: string,
  observer: Observer,
  heal: () => Promise<Ended>,
): Promise<Cell> {
  const look = (): Promise<string[]> => observer.observe(run);
  const before = await look();
  const injecting = await inject(kind, run, way === 'scope' ? '500ms' : '120s');
  if (injecting.state !== 'proved') return injecting;
  await using held = injecting;
  const isSeen = async (): Promise<true | undefined> =>
    difference(before, await look()).length > 0 || undefined;
  if (way !== 'scope' && !momentary.has(kind.name))
    await until(`A trace of ${kind.name} that is seen from outside`, seenWithinMs, isSeen);

  const startedAt = performance.now();
  if (way === 'Ctrl-C') held.signal('SIGINT');
  if (way === 'kill -9') held.signal('SIGKILL');
  const { exitCode: code, stdout, stderr } = await held.ended;
  if (code !== endsWith[way]) return failed(`exit ${String(code)}: ${stdout} ${stderr}`);
  if (way === 'kill -9' && kind.undo === 'repaired') {
    const repaired = await heal();
    if (repaired.exitCode !== exitCode.held) return failed(repaired.stderr);
  }
  const left = await untilAsBefore(before, look, way === 'kill -9' ? leaseMs : lagMs);
  return left.length === 0 ? healed(startedAt) : failed(left.join('\n'));
}

const endsWith = {
  scope: exitCode.held,
  'Ctrl-C': exitCode.interrupted,
  'kill -9': undefined,
} as const;

/** Injects a fault into a cluster of its own, kills its owner, and has `drill clean` remove it all. */
export async function tryClean(
  kind: FaultKind,
  observer: Observer,
  mapper: boolean,
): Promise<Cell> {
  const run = await keptCluster('table', { mapper });
  try {
    await settled(run);
    const injecting = await inject(kind, run, '120s');
    if (injecting.state !== 'proved') return injecting;
    const startedAt = performance.now();
    await injecting[Symbol.asyncDispose](); // `kill -9`
    const { exitCode: code, stdout, stderr } = await drill(['clean', run]);
    const left = await observer.left(run);
    if (code === exitCode.held && left.length === 0) return healed(startedAt);
    return failed(`exit ${String(code)}: ${stdout} ${stderr}; left ${left.join(', ')}`);
  } finally {
    if ((await observer.left(run)).length > 0) await drill(['clean', run]);
  }
}

const healed = (startedAt: number): Cell => ({
  state: 'healed',
  ms: performance.now() - startedAt,
});
const failed = (why: string): Cell => ({ state: 'failed', why });
