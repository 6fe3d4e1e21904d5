import { durationMs, formatDuration, type Duration } from '../duration.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Measurement, Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude } from './evidence/conclude.ts';
import { count } from './evidence/describe.ts';
import { stepSpans, type StepSpan } from './evidence/step-spans.ts';
import { type WriteGap, writeGaps } from './evidence/write-gaps.ts';

const judged = {
  assertion: 'write-gap-within',
  title: 'Writes go on through what is done to the cluster',
};

/**
 * For operations rather than faults: in each step of the timeline whose title begins with `during`,
 * clients go at most `within` without an acknowledged write (the longest time between two in
 * succession, over all clients, that overlaps the step). Each step's is a measurement of its own.
 * Inconclusive where there was no such step, and where one met fewer writes than would show it.
 */
export function writeGapWithin(
  within: Duration,
  { during }: { readonly during: string },
): Assertion {
  const boundMs = durationMs(within);
  return {
    name: judged.assertion,
    options: { within: boundMs, during },
    judge: (run) => judgeRun(run, boundMs, during),
  };
}

function judgeRun(run: RecordedRun, boundMs: number, during: string): Verdict {
  const steps = stepSpans(run, during);
  const gaps = writeGaps(run, steps);
  const looked = steps.flatMap((step, index) => {
    const gap = gaps[index];
    return gap === undefined ? [] : [{ step, gap }];
  });
  const over = looked.filter(({ gap }) => gap.longestMs > boundMs);
  const longestMs = Math.max(0, ...gaps.map((gap) => gap.longestMs));
  const acknowledged = gaps.reduce((sum, gap) => sum + gap.acknowledged, 0);
  return conclude(
    judged,
    {
      violations: over.map(({ step, gap }) => ({
        message: `no write was acknowledged for ${formatDuration(gap.longestMs)} in "${step.title}" (bound ${formatDuration(boundMs)})`,
        moments: [{ t: step.startMs, text: step.title }],
      })),
      gaps:
        steps.length === 0
          ? [`the run has no step "${during} …"`]
          : looked.flatMap(({ step, gap }) => unseen(step, gap, boundMs)),
      counts: { steps: steps.length, writes: acknowledged },
      measurements: looked.map(({ step, gap }, index) => measured(step, gap, boundMs, index)),
    },
    `clients went at most ${formatDuration(longestMs)} without an acknowledged write in ${count(steps.length, 'step')} "${during} …" (bound ${formatDuration(boundMs)})`,
  );
}

/** A load that did not try can have missed the gap. */
function unseen({ title, startMs, endMs }: StepSpan, gap: WriteGap, boundMs: number): string[] {
  if (gap.attempted > 0 || endMs - startMs < boundMs) return [];
  return [`no write was attempted in "${title}", which took ${formatDuration(endMs - startMs)}`];
}

function measured({ title }: StepSpan, gap: WriteGap, bound: number, index: number): Measurement {
  const name = `write-gap.${index + 1}`;
  return { name, label: `Longest write gap: ${title}`, value: gap.longestMs, unit: 'ms', bound };
}
