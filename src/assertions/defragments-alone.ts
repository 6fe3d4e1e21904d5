import { durationMs, formatDuration, type Duration } from '../duration.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Measurement, Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { membersAt } from './evidence/cluster.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { count } from './evidence/describe.ts';
import { type Defragmentation, defragmentations } from './evidence/defragmentations.ts';

const judged = {
  assertion: 'defragments-alone',
  title: 'While a member defragments, only its own clients wait',
};

/**
 * While one member defragments, the others go on answering: the longest answer through each of them
 * that was under way meanwhile took `others` at most. What the clients of the member itself waited is
 * measured only: etcd stops answering there, and the time goes with the size of the database.
 * Inconclusive where another member was asked nothing meanwhile.
 */
export function defragmentsAlone({ others }: { readonly others: Duration }): Assertion {
  const boundMs = durationMs(others);
  return {
    name: judged.assertion,
    options: { others: boundMs },
    judge: (run) => judgeRun(run, boundMs),
  };
}

interface Slowest {
  readonly done: Defragmentation;
  /** Longest time of an operation under way meanwhile, by the member it was asked of. */
  readonly byMember: Map<string, number>;
}

function judgeRun(run: RecordedRun, boundMs: number): Verdict {
  const all = defragmentations(run);
  if (all.length === 0) return notExercised(judged, 'no member was defragmented');
  const looked = slowest(run, all);
  const others = looked.flatMap(({ done, byMember }) =>
    membersAt(run, done.startedMs)
      .filter((member) => member !== done.member)
      .map((member) => ({ done, member, tookMs: byMember.get(member) })),
  );
  const slow = others.filter(({ tookMs = 0 }) => tookMs > boundMs);
  const unasked = others.filter(({ tookMs }) => tookMs === undefined);
  const worstMs = Math.max(0, ...others.map(({ tookMs = 0 }) => tookMs));
  return conclude(
    judged,
    {
      violations: slow.map(({ done, member, tookMs = 0 }) => ({
        message: `an operation through ${member} took ${formatDuration(tookMs)} while ${done.member} was defragmented (bound ${formatDuration(boundMs)})`,
        moments: [{ t: done.startedMs, member: done.member, text: 'defragmentation begins' }],
      })),
      gaps: unasked.map(
        ({ done, member }) => `${member} was asked nothing while ${done.member} was defragmented`,
      ),
      counts: { defragmented: all.length },
      measurements: looked.flatMap(costs),
    },
    `${count(all.length, 'defragmentation')}; meanwhile nothing took longer than ${formatDuration(worstMs)} through another member (bound ${formatDuration(boundMs)})`,
  );
}

function slowest(run: RecordedRun, all: readonly Defragmentation[]): Slowest[] {
  const looked = all.map((done) => ({ done, byMember: new Map<string, number>() }));
  for (const { member, invokedMs, returnedMs, outcome } of run.history.operations()) {
    // What could not even be sent says nothing of how long an answer takes.
    if (outcome.status === 'never-sent') continue;
    const met = looked.filter(
      ({ done }) => invokedMs < done.endedMs && returnedMs > done.startedMs,
    );
    // What its own member's turn explains of a wait is not laid at another's door.
    const ownMs = Math.min(
      ...met.filter(({ done }) => done.member === member).map(({ done }) => done.startedMs),
    );
    for (const { done, byMember } of met) {
      const untilMs = done.member === member ? returnedMs : Math.min(returnedMs, ownMs);
      const tookMs = Math.max(0, untilMs - invokedMs);
      byMember.set(member, Math.max(byMember.get(member) ?? 0, tookMs));
    }
  }
  return looked;
}

function costs({ done, byMember }: Slowest): Measurement[] {
  const { member, startedMs, endedMs } = done;
  const own = byMember.get(member);
  const took = { name: `defragment.${member}`, label: `Defragmentation of ${member}` };
  const felt = { name: `defragment.${member}.wait`, label: `Longest wait at ${member} meanwhile` };
  return [
    { ...took, value: endedMs - startedMs, unit: 'ms' },
    ...(own === undefined ? [] : [{ ...felt, value: own, unit: 'ms' } as const]),
  ];
}
