import type { Measurement, Verdict } from '../../verdict.ts';

/** What a check found, without what it is called. */
export type Finding = {
  readonly status: Verdict['status'];
  readonly summary: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly measurements?: readonly Measurement[];
  /** Of a violated one, each proof; the summary where there is none. */
  readonly violations?: readonly string[];
};

export function verdictOf(assertion: string, title: string, finding: Finding): Verdict {
  const { status, summary, counts = {}, measurements = [], violations = [summary] } = finding;
  const base = { assertion, title, summary, counts, measurements: [...measurements] };
  if (status !== 'violated') return { status, ...base };
  return { status, ...base, violations: violations.map((message) => ({ message })) };
}

/** Nothing was restored, so there was nothing to look at. */
export const notReached: Finding = {
  status: 'inconclusive',
  summary: 'there is no restored cluster to look at',
};
