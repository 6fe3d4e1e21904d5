import { durationMs, formatDuration, type Duration } from '../duration.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Measurement, Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { effectAt } from './evidence/cluster.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { atTime } from './evidence/describe.ts';
import { faultWindows, type FaultWindow } from './evidence/fault-windows.ts';
import { recoveries, type Acknowledgements, type Recovery } from './evidence/recovery.ts';
import type { CutEffect } from '../quorum.ts';

const judged = { assertion: 'recovers-within', title: 'Writes are acknowledged again in time' };

/**
 * Recovery time (RTO), by what clients see of acknowledged writes:
 * - of the cluster: the longest time between the returns of two consecutive acknowledged writes,
 *   over all clients, that overlaps the fault (from `fault.injected` to `fault.healed`, or
 *   `fault.left` of damage, while the load goes on). This is
 *   never less than "last success before the fault to first success after it", the common
 *   definition, which a second outage under the same fault would escape;
 * - of an endpoint: from the return of its last acknowledged write before `fault.injected` to the
 *   return of the first one there that was invoked after it;
 * - after the heal: from `fault.healing` to the next acknowledged write, for the cluster where no
 *   side had a quorum and for endpoints that had no possible leader.
 *
 * The bound holds the cluster's RTO while some side has a quorum, else its recovery after the heal.
 * Endpoints are measured only. The load must run through the fault: a pause counts as outage.
 */
export function recoversWithin(within: Duration | { readonly within: Duration }): Assertion {
  const boundMs = durationMs(typeof within === 'object' ? within.within : within);
  return {
    name: judged.assertion,
    options: { within: boundMs },
    judge: (run) => judgeRun(run, boundMs),
  };
}

function judgeRun(run: RecordedRun, boundMs: number): Verdict {
  const windows = faultWindows(run);
  if (windows.length === 0) return notExercised(judged, 'no fault was injected in this run');
  const found = recoveries(run, windows).flatMap((recovery, index) => {
    const window = windows[index];
    return window === undefined ? [] : [judgeFault(run, window, recovery, boundMs)];
  });
  const messages = found.flatMap(({ broken }) => broken);
  return conclude(
    judged,
    {
      violations: messages.map((message) => ({ message })),
      gaps: found.flatMap(({ gaps }) => gaps),
      counts: { faults: windows.length },
      measurements: worst(found.flatMap(({ measurements }) => measurements)),
    },
    found.map(({ held }) => held).join('; '),
  );
}

interface FaultRecovery {
  readonly broken: readonly string[];
  readonly gaps: readonly string[];
  readonly held: string;
  readonly measurements: readonly Measurement[];
}

function judgeFault(
  run: RecordedRun,
  window: FaultWindow,
  recovery: Recovery,
  boundMs: number,
): FaultRecovery {
  const effect =
    window.cut === undefined ? undefined : effectAt(run, window.injectingMs, window.cut);
  const afterHeal = effect?.leadership.kind === 'impossible';
  const gaps = [...window.doubts, ...missing(window, recovery.cluster, afterHeal)];
  const measurements = endpointTimes(window, recovery, effect);
  if (gaps.length > 0) return { broken: [], gaps, held: '', measurements };
  const { cluster } = recovery;
  const answered = afterHeal ? cluster.firstAfterHealMs : cluster.firstAfterMs;
  if (answered === undefined) {
    return { broken: [neverAgain(window, cluster, afterHeal)], gaps, held: '', measurements };
  }
  const tookMs = afterHeal ? answered - window.endsMs : recovery.longestGapMs;
  const held = afterHeal
    ? `the cluster acknowledged writes again ${formatDuration(tookMs)} after "${window.title}" began to heal (bound ${formatDuration(boundMs)})`
    : `the cluster went at most ${formatDuration(tookMs)} without acknowledging a write under "${window.title}" (bound ${formatDuration(boundMs)})`;
  return {
    broken: tookMs > boundMs ? [held] : [],
    gaps,
    held,
    measurements: [
      ...clusterTimes(recovery.longestGapMs, afterHeal ? tookMs : undefined, boundMs),
      ...measurements,
    ],
  };
}

/** The bound goes with the time it holds: without a quorum the outage under the fault is a given. */
function clusterTimes(
  value: number,
  afterHealMs: number | undefined,
  bound: number,
): Measurement[] {
  const rto = { name: 'rto.cluster', label: 'RTO of the cluster', value, unit: 'ms' } as const;
  if (afterHealMs === undefined) return [{ ...rto, bound }];
  const name = 'rto.cluster.after-heal';
  const label = 'Recovery of the cluster after the heal';
  return [rto, { name, label, value: afterHealMs, unit: 'ms', bound }];
}

function missing(window: FaultWindow, seen: Acknowledgements, afterHeal: boolean): string[] {
  if (seen.lastBeforeMs === undefined) {
    return [`no write was acknowledged before "${window.title}", so there is nothing to recover`];
  }
  if (seen.lastAttemptMs === undefined) {
    return [`no write was attempted after "${window.title}" was injected`];
  }
  if (afterHeal && seen.firstAfterHealMs === undefined && seen.lastAttemptMs < window.endsMs) {
    return [`no write was attempted after "${window.title}" began to heal`];
  }
  return [];
}

function neverAgain(window: FaultWindow, seen: Acknowledgements, afterHeal: boolean): string {
  const waited = (seen.lastAttemptMs ?? 0) - (seen.lastBeforeMs ?? 0);
  const when = afterHeal ? `"${window.title}" began to heal` : `"${window.title}"`;
  return `no write was ever acknowledged after ${when}: the last was ${atTime(seen.lastBeforeMs ?? 0)}, and clients tried for ${formatDuration(waited)} more`;
}

function endpointTimes(
  window: FaultWindow,
  { endpoints }: Recovery,
  effect: CutEffect | undefined,
): Measurement[] {
  return [...endpoints].toSorted(byName).flatMap(([member, seen]) => {
    const name = `rto.endpoint.${member}`;
    const cutOff =
      effect !== undefined &&
      [...effect.isolated, ...effect.stranded, ...effect.down].includes(member);
    const times: Measurement[] = [];
    if (seen.lastBeforeMs !== undefined && seen.firstAfterMs !== undefined) {
      const value = seen.firstAfterMs - seen.lastBeforeMs;
      times.push({ name, label: `RTO of ${member}`, value, unit: 'ms' });
    }
    if (cutOff && seen.firstAfterHealMs !== undefined) {
      const value = seen.firstAfterHealMs - window.endsMs;
      const label = `Recovery of ${member} after the heal`;
      times.push({ name: `${name}.after-heal`, label, value, unit: 'ms' });
    }
    return times;
  });
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one.localeCompare(other);
}

/** Of several faults the slowest recovery counts. */
function worst(measurements: readonly Measurement[]): Measurement[] {
  const named = Map.groupBy(measurements, ({ name }) => name);
  return [...named.values()].map((same) =>
    same.reduce((slowest, next) => (next.value > slowest.value ? next : slowest)),
  );
}
