import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { exitCode } from '../src/errors.ts';
import type { FaultKind } from '../src/faults/kind.ts';
import { faultKinds } from '../src/faults/registry.ts';
import { asBefore, startInject } from '../test/e2e/fault-table/cell.ts';
import { settled } from '../test/e2e/fault-table/clusters.ts';
import type { Observer } from '../test/e2e/fault-table/observe.ts';
import { until } from '../test/fixtures/until.ts';

/** Moments of a fault's life that its owner is killed in, and what it prints as they begin. */
const moments = {
  inject: /^h[0-9a-f]{6}: /m,
  prove: /^  injected after/m,
  hold: /^  proved:/m,
  heal: /^  healing/m,
} as const;
export type Moment = keyof typeof moments;

/** One owner killed with `kill -9`, and what was seen from outside of it. */
export interface Kill {
  readonly number: number;
  readonly fault: string;
  readonly moment: Moment;
  /** From the kill until all was as before; of a refused fault or one that ended before, none. */
  readonly healedMs?: number;
  readonly state: 'healed' | 'left' | 'refused' | 'missed';
  readonly said?: string;
}

const leased = faultKinds.filter(({ undo }) => undo === 'leased');
/** What the lease promises. */
const withinMs = 10_000;
const jitterMs = 250;
const beginsWithinMs = 60_000;

/** The fault and the moment of the n-th kill: every moment in turn, then the next fault. */
export function planned(number: number): { kind: FaultKind; moment: Moment } {
  const names = Object.keys(moments) as Moment[];
  const kind = leased[Math.floor(number / names.length) % leased.length];
  const moment = names[number % names.length];
  if (!kind || !moment) throw new Error('The library has no leased fault.');
  return { kind, moment };
}

/** Kills the owner of a fault in a moment of its life, and sees that the fault comes off by itself. */
export async function killOnce(
  number: number,
  { kind, moment }: { kind: FaultKind; moment: Moment },
  run: string,
  observer: Observer,
): Promise<Kill> {
  await settled(run);
  const kill = { number, fault: kind.name, moment };
  const before = await observer.observe(run);
  const injecting = startInject(kind, run, moment === 'heal' ? '300ms' : '60s');
  await until(
    `The ${moment} of ${kind.name}`,
    beginsWithinMs,
    () => moments[moment].test(injecting.said()) || !injecting.running() || undefined,
  );
  await pause(randomInt(jitterMs));
  if (!injecting.running()) {
    const refused = (await injecting.ended) === exitCode.couldNotRun;
    return { ...kill, state: refused ? 'refused' : 'missed', said: injecting.said() };
  }
  injecting.signal('SIGKILL');
  const killedAt = performance.now();
  await injecting.ended;
  const differs = await asBefore(before, run, observer, withinMs);
  return differs === undefined
    ? { ...kill, state: 'healed', healedMs: performance.now() - killedAt }
    : { ...kill, state: 'left', said: differs };
}
