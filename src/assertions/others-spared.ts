import { type Duration, durationMs, formatDuration } from '../duration.ts';
import type { JournalEventOf } from '../journal/events.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import type { Measurement, Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude } from './evidence/conclude.ts';
import { atTime } from './evidence/describe.ts';

const judged = {
  assertion: 'others-spared',
  title: 'What one member goes through slows down none of the others',
};

/** Fewer tell no 99th percentile. */
const fewest = 100;

/**
 * For work at one member that the others have a part in, such as sending it a snapshot: the 99th
 * percentile of the time in which the other members answered grows by `by` at most against a time
 * before. The timeline says which times to compare (`spared` observations of the member: `fromMs`,
 * `toMs`, `beforeFromMs`, `beforeToMs`). Every operation invoked within and sent counts, with the time
 * it took: also one that ended without an answer, or was refused.
 */
export function othersSpared({ by }: { readonly by: Duration }): Assertion {
  const boundMs = durationMs(by);
  return {
    name: judged.assertion,
    options: { by: boundMs },
    judge: (run) => judgeRun(run, boundMs),
  };
}

function judgeRun(run: RecordedRun, boundMs: number): Verdict {
  const compared = eventsOf(run, 'observation').flatMap(comparisonOf);
  const looked = compared.map((comparison) => ({
    ...comparison,
    before: answerTimes(run, comparison.member, comparison.beforeFromMs, comparison.beforeToMs),
    during: answerTimes(run, comparison.member, comparison.fromMs, comparison.toMs),
  }));
  const told = looked.map((each) => {
    const [beforeMs, duringMs] = [percentile99(each.before), percentile99(each.during)];
    const grewMs = duringMs - beforeMs;
    const sentence = `the others' answers took ${formatDuration(duringMs)} (99th percentile) while ${each.member} was at it, ${formatDuration(beforeMs)} before (bound: ${formatDuration(boundMs)} more)`;
    return { ...each, beforeMs, duringMs, grewMs, sentence };
  });
  return conclude(
    judged,
    {
      violations: told
        .filter(({ grewMs }) => grewMs > boundMs)
        .map(({ sentence, fromMs, member }) => ({
          message: sentence,
          moments: [{ t: fromMs, member, text: 'the others slow down' }],
        })),
      gaps: [
        ...(compared.length === 0 ? ['the timeline named no times to compare'] : []),
        ...looked.flatMap(({ before, during, member, fromMs }) =>
          Math.min(before.length, during.length) >= fewest
            ? []
            : [
                `the others answered only ${Math.min(before.length, during.length)} times ${before.length < during.length ? 'before' : 'while'} ${member} was at it ${atTime(fromMs)}, fewer than ${fewest}`,
              ],
        ),
      ],
      counts: { compared: compared.length },
      measurements: told.flatMap(({ beforeMs, duringMs }) => measured(beforeMs, duringMs, boundMs)),
    },
    told.map(({ sentence }) => sentence).join('; '),
  );
}

interface Comparison {
  readonly member: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly beforeFromMs: number;
  readonly beforeToMs: number;
}

function comparisonOf({ name, member, data }: JournalEventOf<'observation'>): Comparison[] {
  if (name !== 'spared' || member === undefined) return [];
  const { fromMs, toMs, beforeFromMs, beforeToMs } = data;
  if (typeof fromMs !== 'number' || typeof toMs !== 'number') return [];
  if (typeof beforeFromMs !== 'number' || typeof beforeToMs !== 'number') return [];
  return [{ member, fromMs, toMs, beforeFromMs, beforeToMs }];
}

/** In ascending order. */
function answerTimes(run: RecordedRun, except: string, fromMs: number, toMs: number): number[] {
  const times: number[] = [];
  for (const { member, invokedMs, returnedMs, outcome } of run.history.operations()) {
    if (member === except || outcome.status === 'never-sent') continue;
    if (invokedMs >= fromMs && invokedMs < toMs) times.push(returnedMs - invokedMs);
  }
  return times.toSorted((one, other) => one - other);
}

function percentile99(ascending: readonly number[]): number {
  return ascending[Math.ceil(ascending.length * 0.99) - 1] ?? 0;
}

function measured(beforeMs: number, duringMs: number, boundMs: number): Measurement[] {
  const p99 = 'Answers of the others, 99th percentile';
  return [
    { name: 'others.before', label: `${p99}, before`, value: beforeMs, unit: 'ms' },
    {
      name: 'others.during',
      label: `${p99}, meanwhile`,
      value: duringMs,
      unit: 'ms',
      bound: beforeMs + boundMs,
    },
  ];
}
