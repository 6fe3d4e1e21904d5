import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { count } from './evidence/describe.ts';
import { faultWindows } from './evidence/fault-windows.ts';

const judged = {
  assertion: 'in-place',
  title: 'Every fault was proved to be in place for as long as it was meant to be',
};

/**
 * Guards every other verdict of every run: a fault that did not bite, stopped biting, or was taken
 * off by its lease proves nothing about what followed, so the run is inconclusive. Never violated.
 */
export function inPlace(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const windows = faultWindows(run);
  if (windows.length === 0) return notExercised(judged, 'no fault was injected');
  const gaps = windows.flatMap(({ doubts }) => doubts);
  const counts = { faults: windows.length };
  return conclude(
    judged,
    { violations: [], gaps, counts },
    `${count(windows.length, 'fault')} in place throughout`,
  );
}
