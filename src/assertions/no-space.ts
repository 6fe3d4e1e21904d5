import { durationMs, formatDuration, type Duration } from '../duration.ts';
import type { Operation } from '../history/operation.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict, Violation } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { membersAt } from './evidence/cluster.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { atTime, count, describeOperation, listOf } from './evidence/describe.ts';

const judged = {
  assertion: 'no-space',
  title: 'Out of space, members refuse puts, still read and delete, and take puts again once cured',
};

/**
 * Between the alarm NOSPACE (`alarm` observation: every member showed it) and its end (`disarmed`, whose
 * `beganMs` is before the first call for it), every member refuses puts with `database space exceeded`,
 * and no read or delete. From the end on a put is acknowledged within `again`. Held only if each member
 * answered so to all three.
 */
export function noSpace({ again }: { readonly again: Duration }): Assertion {
  const boundMs = durationMs(again);
  return {
    name: judged.assertion,
    options: { again: boundMs },
    judge: (run) => judgeRun(run, boundMs),
  };
}

const kinds = ['put', 'read', 'delete'] as const;
type Kind = (typeof kinds)[number];

interface Outage {
  readonly raisedMs: number;
  /** From here on a member may have taken it off, though the timeline did not know yet. */
  readonly disarmingMs: number;
  readonly disarmedMs: number;
}

function judgeRun(run: RecordedRun, boundMs: number): Verdict {
  const outage = outageOf(run);
  if (outage === undefined) return notExercised(judged, 'no member raised the alarm NOSPACE');
  const { asked, violations, counts } = whileOut(run, outage);
  const members = membersAt(run, outage.raisedMs);
  const untried = kinds.flatMap((kind) => {
    const silent = members.filter((member) => !asked[kind].has(member));
    return silent.length === 0 ? [] : [`no ${kind} was tried on ${listOf(silent)} without space`];
  });
  const first = firstPutAfter(run, outage.disarmedMs);
  const tookMs = first === undefined ? undefined : first - outage.disarmedMs;
  return conclude(
    judged,
    {
      violations: [...violations, ...lateAgain(outage, tookMs, boundMs)],
      gaps: untried,
      counts,
      measurements:
        tookMs === undefined || first === undefined
          ? []
          : [
              {
                name: 'puts.outage',
                label: 'Time without space',
                value: first - outage.raisedMs,
                unit: 'ms',
              },
              {
                name: 'puts.again',
                label: 'From disarming to the first put',
                value: tookMs,
                unit: 'ms',
                bound: boundMs,
              },
            ],
    },
    `without space ${listOf(members)} refused ${count(counts.puts, 'put')} with "database space exceeded" and answered ${count(counts.reads, 'read')} and ${count(counts.deletes, 'delete')}; puts were acknowledged ${formatDuration(tookMs ?? 0)} after the alarm was taken off (bound ${formatDuration(boundMs)})`,
  );
}

/** From the moment every member showed the alarm to the last time that it was taken off. */
function outageOf(run: RecordedRun): Outage | undefined {
  const seen = eventsOf(run, 'observation');
  const raised = seen.find(({ name, data }) => name === 'alarm' && data['alarm'] === 'NOSPACE');
  if (raised === undefined) return undefined;
  const disarmed = seen.find(({ name, t }) => name === 'disarmed' && t >= raised.t);
  const disarmedMs = disarmed?.t ?? Infinity;
  const began = disarmed?.data['beganMs'];
  const disarmingMs = typeof began === 'number' ? began : disarmedMs;
  return { raisedMs: raised.t, disarmingMs, disarmedMs };
}

function whileOut(run: RecordedRun, { raisedMs, disarmingMs }: Outage) {
  const asked: Record<Kind, Set<string>> = { put: new Set(), read: new Set(), delete: new Set() };
  const counts = { puts: 0, reads: 0, deletes: 0 };
  const violations: Violation[] = [];
  let position = -1;
  for (const operation of run.history.operations()) {
    position += 1;
    const { invokedMs, returnedMs, member } = operation;
    if (invokedMs < raisedMs || returnedMs >= disarmingMs) continue;
    const kind = kindOf(operation);
    const refused = isRefusal(operation);
    // Any other error (a timeout, no connection) says nothing about space.
    if (kind === undefined || (operation.outcome.status !== 'ok' && !refused)) continue;
    asked[kind].add(member);
    counts[`${kind}s`] += 1;
    if (refused === (kind === 'put')) continue;
    const deed = refused ? 'was refused' : 'was acknowledged';
    violations.push({
      message: `without space, a ${kind} ${deed}: ${describeOperation(operation, position)}, invoked ${atTime(invokedMs)}`,
      operations: [position],
    });
  }
  return { asked, violations, counts };
}

/** Others (transactions, leases) may be either, by what is in them. */
function kindOf({ request }: Operation): Kind | undefined {
  switch (request.kind) {
    case 'put':
    case 'delete':
      return request.kind;
    case 'range':
      return 'read';
    default:
      return undefined;
  }
}

const isRefusal = ({ outcome }: Operation): boolean =>
  outcome.status !== 'ok' && outcome.error.message.includes('database space exceeded');

function firstPutAfter(run: RecordedRun, fromMs: number): number | undefined {
  for (const { request, outcome, invokedMs, returnedMs } of run.history.operations())
    if (request.kind === 'put' && outcome.status === 'ok' && invokedMs >= fromMs) return returnedMs;
  return undefined;
}

function lateAgain(
  { disarmedMs }: Outage,
  tookMs: number | undefined,
  boundMs: number,
): Violation[] {
  if (disarmedMs === Infinity) return [{ message: 'the alarm NOSPACE was never taken off' }];
  if (tookMs === undefined)
    return [
      { message: `no put was acknowledged after the alarm was taken off ${atTime(disarmedMs)}` },
    ];
  if (tookMs <= boundMs) return [];
  return [
    {
      message: `the first put was acknowledged ${formatDuration(tookMs)} after the alarm was taken off (bound ${formatDuration(boundMs)})`,
    },
  ];
}
