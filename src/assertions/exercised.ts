import { durationMs, formatDuration, type Duration } from '../duration.ts';
import { acknowledgedWrite } from '../history/acknowledged-write.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import { quorum } from '../quorum.ts';
import type { Measurement, Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { effectAt, votersAt } from './evidence/cluster.ts';
import { conclude } from './evidence/conclude.ts';
import { count } from './evidence/describe.ts';
import { faultWindows, type FaultWindow } from './evidence/fault-windows.ts';

const judged = {
  assertion: 'exercised',
  title: 'The fault bit, lasted, and met enough load to mean something',
};

/** What a fault lasts unless a run asks for less; a shorter one is named in the verdict. */
const usualMs = 10_000;

/**
 * Guards the other verdicts: held only if every fault was proved to be in place and stayed so,
 * lasted `faultLasted` (or the run's parameter `hold`, where that is less), and at least
 * `writesDuringFault` writes were acknowledged between `fault.injected` and `fault.healing` (of
 * damage: until it is left, or a member that it struck starts again), wherever a quorum remained. It is never violated: what it misses makes the run inconclusive.
 */
export function exercised({
  writesDuringFault = 500,
  faultLasted = usualMs,
}: {
  readonly writesDuringFault?: number;
  readonly faultLasted?: Duration;
} = {}): Assertion {
  const needs = { writes: writesDuringFault, lastedMs: durationMs(faultLasted) };
  return {
    name: judged.assertion,
    options: { writesDuringFault, faultLasted: needs.lastedMs },
    judge: (run) => judgeRun(run, needs),
  };
}

interface Needs {
  readonly writes: number;
  readonly lastedMs: number;
}

function judgeRun(run: RecordedRun, needs: Needs): Verdict {
  const windows = faultWindows(run);
  const requiredMs = Math.min(needs.lastedMs, askedHoldMs(run) ?? Infinity);
  const { total, during } = acknowledged(run, windows);
  const gaps = windows.flatMap((window, index) =>
    shortcomings(window, during[index] ?? 0, keepsQuorum(run, window), {
      ...needs,
      lastedMs: requiredMs,
    }),
  );
  if (windows.length === 0) gaps.push('no fault was injected');
  if (total === 0) gaps.push('the load had no write acknowledged in the whole run');
  const shortest = Math.min(...windows.map(lasted));
  const short =
    requiredMs < usualMs
      ? `; only ${formatDuration(requiredMs)} were asked for, less than the usual ${formatDuration(usualMs)}`
      : '';
  const writes = during.reduce((sum, amount) => sum + amount, 0);
  return conclude(
    judged,
    {
      violations: [],
      gaps,
      counts: { faults: windows.length, writes: total, writesDuringFaults: writes },
      measurements: windows.length === 0 ? [] : [lastedMeasurement(shortest, requiredMs)],
    },
    `${count(windows.length, 'fault')} proved in place for ${formatDuration(shortest)}${windows.length > 1 ? ' or longer' : ''}, with ${count(writes, 'write')} acknowledged meanwhile${short}`,
  );
}

/** Drills call the time a fault is left in place `hold`. */
function askedHoldMs(run: RecordedRun): number | undefined {
  const hold = eventsOf(run, 'run.started')[0]?.parameters['hold'];
  return typeof hold === 'number' || typeof hold === 'string' ? durationMs(hold) : undefined;
}

/** Acknowledged writes of the whole run and of each fault, in one pass. */
function acknowledged(run: RecordedRun, windows: readonly FaultWindow[]) {
  const during = windows.map(() => 0);
  let total = 0;
  for (const operation of run.history.operations()) {
    if (!acknowledgedWrite(operation)) continue;
    total += 1;
    for (const [index, { injectedMs, endsMs }] of windows.entries()) {
      const meanwhile = operation.returnedMs >= injectedMs && operation.returnedMs < endsMs;
      if (meanwhile) during[index] = (during[index] ?? 0) + 1;
    }
  }
  return { total, during };
}

function shortcomings(
  window: FaultWindow,
  writes: number,
  quorumRemained: boolean,
  needs: Needs,
): string[] {
  if (window.doubts.length > 0) return [...window.doubts];
  const gaps: string[] = [];
  if (lasted(window) < needs.lastedMs) {
    gaps.push(
      `"${window.title}" lasted ${formatDuration(lasted(window))}, less than the ${formatDuration(needs.lastedMs)} asked for`,
    );
  }
  if (quorumRemained && writes < needs.writes) {
    gaps.push(
      `${count(writes, 'write')} acknowledged during "${window.title}", fewer than the ${needs.writes} asked for`,
    );
  }
  return gaps;
}

/** A fault without a cut leaves those that run: damage is done to members that are down, or takes them down. */
function keepsQuorum(run: RecordedRun, { cut, injectingMs, injectedMs }: FaultWindow): boolean {
  if (cut !== undefined) return effectAt(run, injectingMs, cut).leadership.kind !== 'impossible';
  const voters = votersAt(run, injectingMs);
  const down = downAt(run, injectedMs);
  return voters.filter((member) => !down.has(member)).length >= quorum(voters.length);
}

function downAt(run: RecordedRun, t: number): ReadonlySet<string> {
  const down = new Set<string>();
  for (const seen of eventsOf(run, 'member.state')) {
    if (seen.t > t) break;
    if (seen.state === 'starting' || seen.state === 'running') down.delete(seen.member);
    else down.add(seen.member);
  }
  return down;
}

function lasted({ injectedMs, endsMs }: FaultWindow): number {
  return Math.max(0, endsMs - injectedMs);
}

function lastedMeasurement(value: number, bound: number): Measurement {
  return { name: 'fault.lasted', label: 'Fault in place', value, unit: 'ms', bound };
}
