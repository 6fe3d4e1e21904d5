import type { Budget } from '../../checker/budget.ts';
import { allUnknown } from '../../checker/judge-columns.ts';
import type { Finding, PropertyName, PropertyResult } from '../../checker/result.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import type { Verdict, Violation } from '../../verdict.ts';
import type { Assertion } from '../assertion.ts';
import { conclude, notExercised } from './conclude.ts';
import { count } from './describe.ts';
import { judgeEpochs } from './judge-epochs.ts';

/** What judging one history may cost; past it a property is inconclusive with the reason. */
const withinMs = 60_000;
const memoryBytes = 1.5 * 2 ** 30;

/** An assertion that holds a run to one property of the checker; `title` states the promise. */
export function checked(property: PropertyName, title: string): Assertion {
  return {
    name: property,
    options: {},
    judge: (run) => verdictOf(resultOf(run, property), { assertion: property, title }),
  };
}

/** All properties are judged in one go, so the first assertion that asks pays for the others. */
const judgedRuns = new WeakMap<RecordedRun, readonly PropertyResult[]>();

/** Every property of a run, judged once; `onEpoch` is told the title of the epoch judged next. */
export function propertiesOf(
  run: RecordedRun,
  onEpoch?: (title: string) => void,
): readonly PropertyResult[] {
  const known = judgedRuns.get(run) ?? judgeRun(run, onEpoch);
  judgedRuns.set(run, known);
  return known;
}

/** Takes results that were found elsewhere, in a worker, for those of this run. */
export function acceptProperties(run: RecordedRun, results: readonly PropertyResult[]): void {
  judgedRuns.set(run, results);
}

function judgeRun(run: RecordedRun, onEpoch?: (title: string) => void): PropertyResult[] {
  // An operation that is missing could explain what looks like a violation, or be one.
  if (run.history.cut !== undefined) return allUnknown(run.history.cut);
  const now = (): number => performance.now();
  const budget: Budget = { now, deadlineMs: now() + withinMs, memoryBytes };
  const [started] = eventsOf(run, 'run.started');
  const restarts = eventsOf(run, 'member.state')
    .filter(({ state }) => state === 'starting')
    .map(({ member, t }) => ({ member, atMs: t }));
  const autoCompaction = started?.spec['autoCompaction'] !== undefined;
  return judgeEpochs(run.history, { restarts, autoCompaction }, budget, onEpoch);
}

function resultOf(run: RecordedRun, property: PropertyName): PropertyResult {
  const result = propertiesOf(run).find((each) => each.property === property);
  if (result === undefined) throw new Error(`the checker said nothing about ${property}`);
  return result;
}

function verdictOf(
  result: PropertyResult,
  judged: { readonly assertion: string; readonly title: string },
): Verdict {
  const { counts } = result;
  switch (result.state) {
    case 'legal': {
      const held = `${lookedAt(counts)}: no violation in the observed history`;
      return conclude(judged, { violations: [], gaps: [], counts }, held);
    }
    case 'not-exercised':
      return notExercised(judged, result.reason, counts);
    case 'unknown':
      return conclude(judged, { violations: [], gaps: [result.reason], counts }, '');
    case 'illegal': {
      const found = result.findings.map(violationOf);
      // etcd does not promise it: worth knowing, no broken promise.
      if (result.advisory) {
        const times = count(result.total, 'time');
        const seen = `seen ${times}, though etcd does not promise otherwise: ${result.first.message}`;
        return conclude(judged, { violations: [], gaps: [], counts }, seen);
      }
      const more = result.total - found.length;
      const rest = more > 0 ? [{ message: `${more} more of the kind` }] : [];
      return conclude(judged, { violations: [...found, ...rest], gaps: [], counts }, '');
    }
  }
}

/** With the moment it could first have been noticed at, for the time axis. */
function violationOf({ kind, message, operations, atMs }: Finding): Violation {
  const noticed = { t: atMs, text: `${kind.replaceAll('-', ' ')} noticed` };
  return {
    message: `${kind}: ${message}`,
    operations: [...operations],
    ...(Number.isFinite(atMs) ? { moments: [noticed] } : {}),
  };
}

/** `5,743 operations, 14 unknown open`: what there was of each kind, over all epochs. */
function lookedAt(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([name, amount]) => amount > 0 && !name.startsWith('epoch '))
    .map(([name, amount]) => `${amount.toLocaleString('en-US')} ${inWords(name)}`)
    .join(', ');
}

/** `watchRecords` → `watch records` */
const inWords = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
