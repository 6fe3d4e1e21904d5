import type { Assertion } from '../assertions/assertion.ts';
import { generalAssertions } from '../assertions/registry.ts';
import { messageOf } from '../errors.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict } from '../verdict.ts';
import { type Cell, settled } from './cells.ts';

/** What a drill is judged by: its own assertions, then every general one it does not name itself. */
export function assertionsOf(cell: Cell): readonly Assertion[] {
  const own = settled(cell.scenario.definition.assertions, cell);
  const named = new Set(own.map(({ name }) => name));
  return [
    ...own,
    ...generalAssertions.map((make) => make()).filter(({ name }) => !named.has(name)),
  ];
}

/** Judges a recorded run by every assertion, whatever the others found. */
export function judge(assertions: readonly Assertion[], run: RecordedRun): Verdict[] {
  return assertions.map((assertion) => judgeOne(assertion, run));
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
