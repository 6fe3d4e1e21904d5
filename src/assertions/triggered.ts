import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude } from './evidence/conclude.ts';

const judged = {
  assertion: 'triggered',
  title: 'What the drill is about did happen',
};

/**
 * Guards the other verdicts of a drill that aims at one chain of events: held only if the timeline
 * proved, each time it looked (`trigger` observations: `proved`, `evidence`), that it came about. It
 * is never violated: what was not triggered cannot have been survived, so the run is inconclusive.
 */
export function triggered(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const triggers = eventsOf(run, 'observation').filter(({ name }) => name === 'trigger');
  const evidence = (proved: boolean): string[] =>
    triggers
      .filter(({ data }) => (data['proved'] === true) === proved)
      .map(({ data }) => wordsOf(data['evidence']));
  const gaps =
    triggers.length === 0 ? ['the timeline ended before it could look for it'] : evidence(false);
  const counts = { looks: triggers.length, proved: evidence(true).length };
  return conclude(judged, { violations: [], gaps, counts }, evidence(true).join('; '));
}

function wordsOf(evidence: unknown): string {
  return typeof evidence === 'string' ? evidence : 'without saying what shows it';
}
