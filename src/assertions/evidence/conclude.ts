import type { Measurement, Verdict, Violation } from '../../verdict.ts';
import { count } from './describe.ts';

/** What an assertion gathered while it looked through a run. */
export interface Findings {
  readonly violations: readonly Violation[];
  /** Why the run cannot tell: evidence that is missing, each in words that can stand in a sentence. */
  readonly gaps: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly measurements?: readonly Measurement[];
}

/** Name and title of the assertion a verdict belongs to. */
export interface Judged {
  readonly assertion: string;
  readonly title: string;
}

/** A verdict that lists more would be read by nobody; the last entry says how many there are. */
const listedViolations = 100;

/** A broken promise outweighs missing evidence, and missing evidence outweighs a kept promise. */
export function conclude(judged: Judged, findings: Findings, held: string): Verdict {
  const shared = {
    ...judged,
    counts: { ...findings.counts },
    measurements: (findings.measurements ?? []).map(rounded),
  };
  const [first, ...others] = findings.violations;
  if (first !== undefined) {
    const summary =
      others.length === 0 ? first.message : `${first.message} (and ${others.length} more)`;
    return { ...shared, status: 'violated', summary, violations: shorten([first, ...others]) };
  }
  if (findings.gaps.length > 0) {
    return { ...shared, status: 'inconclusive', summary: findings.gaps.join('; ') };
  }
  return { ...shared, status: 'held', summary: held };
}

/** Nothing in the run could have broken the promise; `why` says what there was not. */
export function notExercised(
  judged: Judged,
  why: string,
  counts: Readonly<Record<string, number>> = {},
): Verdict {
  return {
    ...judged,
    status: 'not-exercised',
    summary: why,
    counts: { ...counts },
    measurements: [],
  };
}

/** Clocks are not exact beyond a microsecond; differences of floating-point times look it. */
function rounded(measurement: Measurement): Measurement {
  return { ...measurement, value: Math.round(measurement.value * 1000) / 1000 };
}

function shorten(violations: readonly Violation[]): Violation[] {
  if (violations.length <= listedViolations) return [...violations];
  const more = violations.length - listedViolations;
  return [
    ...violations.slice(0, listedViolations),
    { message: `${count(more, 'more violation')} not listed` },
  ];
}
