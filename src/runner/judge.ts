import type { Assertion } from '../assertions/assertion.ts';
import { messageOf } from '../errors.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict } from '../verdict.ts';
import type { Cell } from './cells.ts';

/** Judges a recorded run by the drill's assertions, every one, whatever the others found. */
export function judge(cell: Cell, run: RecordedRun): Verdict[] {
  return assertionsOf(cell).map((assertion) => judgeOne(assertion, run));
}

export function assertionsOf({ scenario, parameters }: Cell): readonly Assertion[] {
  const { assertions } = scenario.definition;
  return typeof assertions === 'function' ? assertions(parameters as never) : assertions;
}

/** A check that fails to run has found nothing out: inconclusive, with the reason. */
function judgeOne(assertion: Assertion, run: RecordedRun): Verdict {
  try {
    return assertion.judge(run);
  } catch (error) {
    return {
      status: 'inconclusive',
      assertion: assertion.name,
      title: `${assertion.name} could not be judged`,
      summary: `the check itself failed: ${messageOf(error)}`,
      counts: {},
      measurements: [],
    };
  }
}
