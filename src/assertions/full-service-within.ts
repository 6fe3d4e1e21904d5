import { type Duration, durationMs, formatDuration } from '../duration.ts';
import { type Recovery, recoveriesOf, recoveryTimeMs } from '../journal/recoveries.ts';
import type { Measurement, Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude } from './evidence/conclude.ts';

const judged = {
  assertion: 'full-service-within',
  title: 'Full service is back in time, phase by phase',
};

/**
 * Recovery time (RTO) by phases: from the moment the loss began to the end of the drill's last
 * measured phase, of every `stage.recovery`. The bound holds each of them as a whole; its phases are
 * measured only. A recovery that came to its end too late or, by the drill's own bounds, never is a
 * violation; one that failed of anything else, or that the run did not come to, proves nothing.
 */
export function fullServiceWithin(within: Duration | { readonly within: Duration }): Assertion {
  const boundMs = durationMs(typeof within === 'object' ? within.within : within);
  return {
    name: judged.assertion,
    options: { within: boundMs },
    judge: (run) => judge(recoveriesOf(run), boundMs),
  };
}

function judge(recoveries: readonly Recovery[], boundMs: number): Verdict {
  const ended = recoveries.filter(({ outcome }) => outcome === 'done');
  const failed = recoveries.flatMap(({ failure, ...recovery }) =>
    failure === undefined ? [] : [{ recovery, ...failure }],
  );
  const late = ended.filter((recovery) => recoveryTimeMs(recovery) > boundMs);
  const bound = formatDuration(boundMs);
  return conclude(
    judged,
    {
      violations: [
        ...failed
          .filter(({ violated }) => violated)
          .map(({ recovery, error }) => ({
            message: `${told(recovery)} and failed there: ${error}`,
          })),
        ...late.map((recovery) => ({
          message: `${told(recovery)}, more than the ${bound} allowed`,
        })),
      ],
      gaps:
        recoveries.length === 0
          ? ['the run ended before there was a recovery to measure']
          : [
              ...recoveries
                .filter(({ outcome }) => outcome === 'running')
                .map(({ title }) => `the record ends in the middle of "${title}"`),
              ...failed
                .filter(({ violated }) => !violated)
                .map(({ recovery, error }) => `"${recovery.title}" could not go on: ${error}`),
            ],
      counts: { recoveries: recoveries.length, late: late.length },
      measurements: slowest(ended).flatMap((recovery) => measured(recovery, boundMs)),
    },
    `${ended.map(told).join('; ')}; the bound is ${bound}`,
  );
}

/** `"restore the backup" took 3.1 s from the loss on (until it began 0.2 s, stop 0.06 s, …)` */
function told(recovery: Recovery): string {
  const phases = parts(recovery).map(({ name, tookMs }) => `${name} ${formatDuration(tookMs)}`);
  return `"${recovery.title}" took ${formatDuration(recoveryTimeMs(recovery))} from the loss on (${phases.join(', ')})`;
}

function measured(recovery: Recovery, boundMs: number): Measurement[] {
  const total = {
    name: 'rto.full-service',
    label: 'RTO: full service',
    value: recoveryTimeMs(recovery),
    unit: 'ms',
    bound: boundMs,
  } as const;
  const each = parts(recovery).map(({ name, tookMs }) => ({
    name: `rto.phase.${name.replaceAll(' ', '-')}`,
    label: `RTO: ${name}`,
    value: tookMs,
    unit: 'ms' as const,
  }));
  return [total, ...each];
}

function parts({ sinceMs, startMs, phases }: Recovery): { name: string; tookMs: number }[] {
  return [
    { name: 'until it began', tookMs: startMs - sinceMs },
    ...phases.map((phase) => ({ name: phase.name, tookMs: phase.endMs - phase.startMs })),
  ];
}

/** Of several recoveries the slowest counts, with its own phases; empty where there is none. */
function slowest(recoveries: readonly Recovery[]): Recovery[] {
  return recoveries
    .toSorted((one, other) => recoveryTimeMs(other) - recoveryTimeMs(one))
    .slice(0, 1);
}
