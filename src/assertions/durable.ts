import { durationMs, formatDuration, type Duration } from '../duration.ts';
import { epochTitle } from '../history/epoch.ts';
import { epochsOf, type Epoch } from '../history/epochs-of.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Measurement, Verdict, Violation } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude } from './evidence/conclude.ts';
import { count } from './evidence/describe.ts';
import { rpoMs, tellLeftBehind, violationsOf } from './evidence/left-behind.ts';
import { surveyWrites, type Survey } from './evidence/survey-writes.ts';

const judged = {
  assertion: 'durable',
  title: 'Every acknowledged write is present at the end, at its revision',
};

/**
 * What a drill allows to be lost where a snapshot is restored or a new cluster forced: nothing;
 * whatever was acknowledged after the restored revision; or that, if no longer than `within` lies
 * between the last write kept and the last one lost. Nothing else may ever be lost.
 */
export type AllowedLoss = 'none' | 'after-restore' | { readonly within: Duration };

/**
 * Every acknowledged put, delete and transaction is found at the revision of its answer in what
 * the members' watchers saw, and the last event of each key is what last reads of every key find,
 * through whichever member; where another epoch follows, what its first state holds. What was lost
 * is listed; their number is the RPO. A write that was refused or never sent must not appear; one of
 * unknown outcome may. Held only if the watchers cover every revision and the last read began after
 * the last acknowledgement.
 */
export function durable({
  allowedLoss = 'none',
}: { readonly allowedLoss?: AllowedLoss } = {}): Assertion {
  const allowed =
    typeof allowedLoss === 'string' ? allowedLoss : { within: durationMs(allowedLoss.within) };
  return {
    name: judged.assertion,
    options: allowed === 'none' ? {} : { allowedLoss: allowed },
    judge: (run) => judge(run, allowed),
  };
}

type Allowed = 'none' | 'after-restore' | { readonly within: number };

function judge(run: RecordedRun, allowed: Allowed): Verdict {
  const epochs = epochsOf(run.history);
  const surveys = epochs.map(surveyWrites);
  const total = (amount: (survey: Survey) => number): number =>
    surveys.reduce((sum, survey) => sum + amount(survey), 0);
  const lost = titled(epochs, surveys, (survey) => survey.lost);
  const writes = total((survey) => survey.writes);
  const counts = {
    writes,
    lost: lost.length,
    undecided: total(({ undecided }) => undecided),
    unknown: total(({ unknown }) => unknown),
    unknownExecuted: total(({ unknownExecuted }) => unknownExecuted),
    failed: total(({ failed }) => failed),
  };
  const gaps =
    writes === 0
      ? ['the load had no write acknowledged, so nothing could be lost']
      : surveys.flatMap((survey, index) => survey.gaps.map((gap) => prefixed(epochs, index, gap)));
  return conclude(
    judged,
    {
      violations: [
        ...lost,
        ...surveys.flatMap((survey) => beyond(survey, allowed)),
        ...titled(epochs, surveys, (survey) => survey.wrong),
      ],
      gaps,
      counts: epochs.length === 1 ? counts : { ...counts, ...countsByEpoch(surveys) },
      measurements: rpo(surveys, counts.lost, gaps, allowed),
    },
    heldSummary(surveys, counts),
  );
}

function heldSummary(
  surveys: readonly Survey[],
  { writes, unknown, unknownExecuted }: Readonly<Record<string, number>>,
): string {
  const behind = surveys.map((survey) => survey.behind).filter((each) => each.writes > 0);
  const lost = behind.length === 0 ? 'none lost' : 'none lost but what the drill allows';
  const kept = `${count(writes ?? 0, 'acknowledged write')}, ${lost}; of ${unknown} with unknown outcome ${unknownExecuted} were executed`;
  return [kept, ...behind.map(tellLeftBehind)].join('; ');
}

/** What was left behind beyond what is allowed. */
function beyond({ behind }: Survey, allowed: Allowed): Violation[] {
  if (behind.writes === 0 || allowed === 'after-restore') return [];
  if (allowed === 'none') return violationsOf(behind, 'this drill allows no loss');
  if (rpoMs(behind) <= allowed.within) return [];
  return violationsOf(
    behind,
    `this drill allows the last ${formatDuration(allowed.within)} to be lost, not ${formatDuration(rpoMs(behind))}`,
  );
}

function titled(
  epochs: readonly Epoch[],
  surveys: readonly Survey[],
  violations: (survey: Survey) => readonly Violation[],
): Violation[] {
  return surveys.flatMap((survey, index) =>
    violations(survey).map((each) => ({ ...each, message: prefixed(epochs, index, each.message) })),
  );
}

function prefixed(epochs: readonly Epoch[], index: number, text: string): string {
  if (epochs.length === 1) return text;
  return `in ${epochTitle(index + 1, epochs[index]?.start)}, ${text}`;
}

function countsByEpoch(surveys: readonly Survey[]): Record<string, number> {
  const counts: Record<string, number> = { epochs: surveys.length, leftBehind: 0 };
  for (const [index, { writes, behind }] of surveys.entries()) {
    counts['leftBehind'] = (counts['leftBehind'] ?? 0) + behind.writes;
    counts[`epoch ${index + 1}: writes`] = writes;
    counts[`epoch ${index + 1}: leftBehind`] = behind.writes;
  }
  return counts;
}

function rpo(
  surveys: readonly Survey[],
  lost: number,
  gaps: readonly string[],
  allowed: Allowed,
): Measurement[] {
  const behind = surveys.map((survey) => survey.behind);
  const writes = lost + behind.reduce((sum, each) => sum + each.writes, 0);
  // With evidence missing the number would be a lower bound, which reads like a result.
  if (writes === 0 && gaps.length > 0) return [];
  const none = allowed === 'none' ? { bound: 0 } : {};
  const label = 'RPO: acknowledged writes lost';
  const measured: Measurement[] = [
    { name: 'rpo.writes', label, value: writes, unit: 'count', ...none },
  ];
  if (surveys.length === 1) return measured;
  measured.push({
    name: 'rpo.time',
    label: 'RPO: from the last write kept to the last one lost',
    value: Math.max(...behind.map(rpoMs)),
    unit: 'ms',
    ...(typeof allowed === 'object' ? { bound: allowed.within } : none),
  });
  return measured;
}
