import { setTimeout as pause } from 'node:timers/promises';
import { injecting } from '../../cluster/injection.ts';
import { type Duration, durationMs, formatDuration } from '../../duration.ts';
import { DrillError, messageOf } from '../../errors.ts';
import {
  type ParameterTable,
  type ParameterValues,
  choice,
  duration,
  integer,
  readParameters,
} from '../../parameters.ts';
import { FaultUnproved, type HealableFault, type PreparedFault } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { partitionKind } from './partition.ts';
import { resetKind } from './reset.ts';

export interface FlappingOptions {
  /** How long the fault is on, and off, in every cycle: 1 s or more, since each phase is proven. */
  readonly on: Duration;
  readonly off: Duration;
  /** Ends after so many cycles; without it goes on until it is healed. */
  readonly cycles?: number;
}

/** Below this a phase would be over before it could be proven. */
const shortestPhaseMs = 1000;

/**
 * Any fault that can be healed, on and off again and again: every cycle injects it, proves it, heals
 * it and proves that it is gone. One fault with one undo: the phases of `fault` are run anew in each
 * cycle, so whatever takes it off once takes it off in any. Proven by one whole cycle; a later one
 * that cannot be proven is found by the next look. What Raft makes of a cut does not follow from one
 * that comes and goes, so it is recorded without links.
 */
export function flapping(
  fault: HealableFault,
  { on, off, cycles }: FlappingOptions,
): HealableFault {
  const [onMs, offMs] = [phase('on', on), phase('off', off)];
  if (cycles !== undefined && !(Number.isInteger(cycles) && cycles >= 1))
    throw new DrillError(
      `A flapping fault needs a whole number of cycles, 1 or more, but got ${cycles}.`,
    );
  const times = cycles === undefined ? '' : `, ${cycles} times`;
  return {
    name: 'flapping',
    title: `flap, ${formatDuration(onMs)} on and ${formatDuration(offMs)} off${times}: ${fault.title}`,
    undo: fault.undo,
    targets: fault.targets,
    parameters: {
      fault: fault.name,
      on: onMs,
      off: offMs,
      ...(cycles === undefined ? {} : { cycles }),
      ...fault.parameters,
    },
    async prepare(id) {
      return flap(id, await fault.prepare(id), { onMs, offMs, cycles: cycles ?? Infinity });
    },
  };
}

export const flappingKind = faultKind({
  name: 'flapping',
  family: 'network',
  summary: 'Puts another fault on and takes it off, again and again, each time proven.',
  undo: 'leased',
  needs: 'what the other fault needs',
  parameters: {
    fault: choice(['partition', 'reset'], 'partition', 'which fault, with its own defaults'),
    on: duration('3s', 'how long it is on in each cycle'),
    off: duration('3s', 'how long it is off in each cycle'),
    cycles: integer({ min: 1, max: 1000 }, 1000, 'ends after so many cycles'),
  },
  async build(place, { fault, on, off, cycles }) {
    const kind = { partition: partitionKind, reset: resetKind }[fault];
    const defaults = readParameters(fault, kind.parameters, []) as ParameterValues<ParameterTable>;
    const inner = await kind.build(place, defaults);
    if (inner.undo === 'irreversible') throw new DrillError(`${fault} cannot be taken off again.`);
    return flapping(inner, { on, off, cycles });
  },
});

function phase(name: string, length: Duration): number {
  const ms = durationMs(length);
  if (ms >= shortestPhaseMs) return ms;
  throw new DrillError(
    `A flapping fault is \`${name}\` for ${formatDuration(ms)}, but a phase shorter than ${formatDuration(shortestPhaseMs)} ends before it is proven: take a longer one.`,
  );
}

interface DutyCycle {
  readonly onMs: number;
  readonly offMs: number;
  readonly cycles: number;
}

function flap(id: string, inner: PreparedFault, { onMs, offMs, cycles }: DutyCycle): PreparedFault {
  const undone = [...inner.undoScripts.keys()].map(({ session }) => session);
  const stopping = new AbortController();
  const firstCycle = Promise.withResolvers<string[]>();
  firstCycle.promise.catch(() => undefined); // told by `prove`, which may never be called
  let failed: unknown;
  let done = 0;
  let going: Promise<void> = Promise.resolve();

  /** Waits out what is left of a phase that began at `sinceMs`; ends early when healing begins. */
  const rest = (sinceMs: number, lengthMs: number): Promise<void> =>
    pause(Math.max(0, sinceMs + lengthMs - performance.now()), undefined, {
      signal: stopping.signal,
    });
  const on = async (sinceMs: number): Promise<string[]> => {
    const bit = await inner.prove();
    await rest(sinceMs, onMs);
    await inner.stillBites('last');
    return bit;
  };
  const off = async (): Promise<string[]> => {
    const sinceMs = performance.now();
    await inner.heal();
    const gone = await inner.proveHealed();
    await rest(sinceMs, offMs);
    return gone;
  };
  const cycle = async (onSinceMs: number): Promise<void> => {
    let sinceMs = onSinceMs;
    for (;;) {
      const evidence = [...(await on(sinceMs)), ...(await off())];
      done += 1;
      firstCycle.resolve(evidence);
      if (done >= cycles) return;
      sinceMs = performance.now();
      // Not again once its undo was taken: the lease ran out, or somebody healed it.
      await injecting(id, undone, () => inner.inject());
    }
  };

  return {
    undoScripts: inner.undoScripts,
    async inject() {
      const sinceMs = performance.now();
      await inner.inject();
      going = cycle(sinceMs).catch((error: unknown) => {
        if (!stopping.signal.aborted) failed = error;
        firstCycle.reject(error);
      });
    },
    prove: () => firstCycle.promise,
    stillBites() {
      if (failed === undefined) return Promise.resolve();
      const reason = `cycle ${done + 1} was not seen through: ${messageOf(failed)}`;
      return Promise.reject(new FaultUnproved(reason));
    },
    async heal() {
      stopping.abort();
      await going;
      await inner.heal();
    },
    async proveHealed() {
      const seen = done === 1 ? '1 whole cycle' : `${done} whole cycles`;
      return [`${seen}, each phase proven`, ...(await inner.proveHealed())];
    },
    commands: inner.commands,
  };
}
