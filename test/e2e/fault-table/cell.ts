import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { exitCode } from '../../../src/errors.ts';
import type { FaultKind } from '../../../src/faults/kind.ts';
import { drill } from '../../fixtures/drill.ts';
import { until } from '../../fixtures/until.ts';
import type { Observer } from './observe.ts';

export const ways = ['scope', 'Ctrl-C', 'kill -9', 'drill clean'] as const;
export type Way = (typeof ways)[number];

/** What came of one fault healed in one way. */
export type Cell =
  | { readonly state: 'healed'; readonly ms: number }
  | { readonly state: 'n/a'; readonly why: string }
  | { readonly state: 'refused'; readonly why: string }
  | { readonly state: 'failed'; readonly why: string };

const command = fileURLToPath(new URL('../../../drill', import.meta.url));
const provesWithinMs = 45_000;
/** What a lease promises: 10 s from the death of its owner. */
const leaseMs = 10_000;
/** A fault healed by its own process is off before that ends; the engine's own view may lag. */
const lagMs = 3000;

/** What a fault is told in the table beside its defaults. */
const settings: Readonly<
  Record<string, { readonly target?: string; readonly set?: readonly string[] }>
> = {
  'slow-start': { set: ['delay=1s'] },
  'crash-loop': { set: ['every=1s'] },
  zones: { target: 'all' },
};

/** `drill fault inject` while it runs, in a process group of its own. */
export interface Injecting {
  readonly ended: Promise<number | undefined>;
  running(): boolean;
  /** What it has printed so far. */
  said(): string;
  signal(name: NodeJS.Signals): void;
}

export function startInject({ name, undo }: FaultKind, run: string, forTime: string): Injecting {
  const named = undo === 'irreversible' ? ['--irreversible', name] : [];
  const { target = 'm1', set = [] } = settings[name] ?? {};
  const words = ['fault', 'inject', name, '--on', run, '--target', target, '--for', forTime];
  const child = execa(command, [...words, ...set.flatMap((each) => ['--set', each]), ...named], {
    reject: false,
    all: true,
    detached: true,
    stdin: 'ignore',
  });
  let said = '';
  let running = true;
  child.all.on('data', (chunk: Buffer | string) => (said += String(chunk)));
  return {
    ended: child.then(({ exitCode: code }) => {
      running = false;
      return code;
    }),
    running: () => running,
    said: () => said,
    signal(signal) {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    },
  };
}

/** Waits until it is proved; where it ends without, the cell that comes of it. */
export async function proved(injecting: Injecting): Promise<Cell | undefined> {
  const isProved = (): boolean => injecting.said().includes('  proved:');
  await until(
    'A proved fault',
    provesWithinMs,
    () => isProved() || !injecting.running() || undefined,
  );
  if (isProved()) return undefined;
  const code = await injecting.ended;
  const said = injecting.said().trim();
  return code === exitCode.couldNotRun
    ? { state: 'refused', why: whyOf(said) }
    : { state: 'failed', why: `exit ${String(code)}: ${said}` };
}

const whyOf = (said: string): string => said.split('drill: ').at(-1)?.split('\n')[0] ?? said;

/** Injects a fault, lets it be healed in one way, and sees from outside that all is as before. */
export async function tryCell(
  kind: FaultKind,
  way: Exclude<Way, 'drill clean'>,
  run: string,
  observer: Observer,
): Promise<Cell> {
  if (way === 'kill -9' && kind.undo !== 'leased')
    return { state: 'n/a', why: `${kind.undo}: by drill fault heal` };
  const before = await observer.observe(run);
  const injecting = startInject(kind, run, way === 'scope' ? '500ms' : '60s');
  const notProved = await proved(injecting);
  if (notProved) {
    await injecting.ended;
    return notProved;
  }
  const startedAt = performance.now();
  if (way === 'Ctrl-C') injecting.signal('SIGINT');
  if (way === 'kill -9') injecting.signal('SIGKILL');
  const code = await injecting.ended;
  const wanted = { scope: exitCode.held, 'Ctrl-C': exitCode.interrupted, 'kill -9': undefined }[
    way
  ];
  if (code !== wanted) return { state: 'failed', why: `exit ${String(code)}: ${injecting.said()}` };
  const differs = await asBefore(before, run, observer, way === 'kill -9' ? leaseMs : lagMs);
  if (differs === undefined) return { state: 'healed', ms: performance.now() - startedAt };
  await drill(['fault', 'heal', '--all', '--on', run]);
  return { state: 'failed', why: differs };
}

/** What is not as it was, once the time is up. */
export async function asBefore(
  before: readonly string[],
  run: string,
  observer: Observer,
  withinMs: number,
): Promise<string | undefined> {
  let differs = '';
  await until('The state from before', withinMs, async () => {
    const now = await observer.observe(run);
    const added = now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
    const lost = before.filter((line) => !now.includes(line)).map((line) => `- ${line}`);
    differs = [...added, ...lost].join('\n');
    return differs === '' || undefined;
  }).catch(() => undefined); // told by what differs
  return differs === '' ? undefined : differs;
}
