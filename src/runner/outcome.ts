import { DrillError, type ExitCode, exitCode, messageOf } from '../errors.ts';
import { FaultUnproved } from '../faults/fault.ts';
import type { JournalEventOf } from '../journal/events.ts';
import type { Verdict } from '../verdict.ts';

/** How the timeline ended. */
export type TimelineEnd =
  | { readonly kind: 'done' }
  /** Ctrl-C or SIGTERM. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly error: unknown };

export type Outcome = Pick<JournalEventOf<'run.ended'>, 'outcome' | 'exitCode' | 'reasons'>;

/** Of several ends the gravest is the run's: not healed, interrupted, violated, could not run, … */
export function outcomeOf(
  timeline: TimelineEnd,
  verdicts: readonly Verdict[],
  unhealed: readonly string[],
): Outcome {
  const ends: Outcome[] = [
    ...unhealed.map((reason) => end('unhealed', exitCode.notRemoved, [reason])),
    ...timelineEnds(timeline),
    ...verdicts.flatMap((verdict): Outcome[] => {
      if (verdict.status === 'violated') return [end('violated', exitCode.violated)];
      if (verdict.status === 'inconclusive') return [end('inconclusive', exitCode.inconclusive)];
      return [];
    }),
  ];
  const wentOn = timeline.kind === 'done';
  if (wentOn && verdicts.every((verdict) => verdict.status === 'not-exercised'))
    ends.push(end('inconclusive', exitCode.inconclusive, ['nothing was exercised']));
  return gravestOf(ends);
}

/** Of several ends the gravest, with the reasons of all. */
export function gravestOf(ends: readonly Outcome[]): Outcome {
  const gravest = ends.toSorted((a, b) => gravity(a.exitCode) - gravity(b.exitCode))[0];
  if (!gravest) return end('held', exitCode.held);
  return { ...gravest, reasons: [...new Set(ends.flatMap((each) => each.reasons))] };
}

/** Exit codes in the order in which one hides another. */
const order: readonly number[] = [
  exitCode.notRemoved,
  exitCode.interrupted,
  exitCode.violated,
  exitCode.couldNotRun,
  exitCode.inconclusive,
  exitCode.held,
];

const gravity = (code: number): number => order.indexOf(code);

/** The exit code of a command that ran several things. */
export function gravestCode(codes: readonly number[]): number {
  return codes.toSorted((a, b) => gravity(a) - gravity(b))[0] ?? exitCode.held;
}

const end = (outcome: Outcome['outcome'], code: ExitCode, reasons: string[] = []): Outcome => ({
  outcome,
  exitCode: code,
  reasons,
});

function timelineEnds(timeline: TimelineEnd): Outcome[] {
  switch (timeline.kind) {
    case 'done':
      return [];
    case 'interrupted':
      return [end('interrupted', exitCode.interrupted)];
    case 'failed':
      return errorsIn(timeline.error).map(failure);
  }
}

/** A fault that fails to heal while its scope ends by an error is thrown as one error with two in it. */
function errorsIn(error: unknown): unknown[] {
  if (!(error instanceof SuppressedError)) return [error];
  return [...errorsIn(error.suppressed), ...errorsIn(error.error)];
}

function failure(error: unknown): Outcome {
  if (error instanceof FaultUnproved) {
    const reason = `the fault did not bite: ${error.message}`;
    return end('inconclusive', exitCode.inconclusive, [reason]);
  }
  const reasons = [messageOf(error)];
  const code = error instanceof DrillError ? error.code : exitCode.couldNotRun;
  switch (code) {
    case exitCode.violated:
      return end('violated', code, reasons);
    case exitCode.inconclusive:
      return end('inconclusive', code, reasons);
    case exitCode.notRemoved:
      return end('unhealed', code, reasons);
    default:
      return end('error', exitCode.couldNotRun, reasons);
  }
}
