import { OutOfBudget, spendMemory, type Budget } from './budget.ts';
import type { Columns } from './columns/columns.ts';
import type { JudgeOptions } from './input.ts';
import { prepareJudgement, type Judgement } from './judgement.ts';
import { checks, type Look } from './properties/checks.ts';
import { propertyNames, type PropertyName, type PropertyResult } from './result.ts';
import { compactedTo } from './properties/compaction.ts';
import { judgeByRevision } from './revision/by-revision.ts';

/** Judges a history that is in columns already; see `judgeHistory`. */
export function judgeColumns(
  columns: Columns,
  budget: Budget,
  options: JudgeOptions = {},
): PropertyResult[] {
  try {
    spendMemory(budget, 2 * sizeOf(columns), 'judging the history');
    const judgement = prepareJudgement(columns, budget);
    const byRevision = judgeByRevision(judgement);
    const { restarts = [], autoCompaction = false } = options;
    const mayBeCompactedTo = autoCompaction ? judgement.lastRevision : compactedTo(columns);
    const known = { judgement, byRevision, restarts, compactedTo: mayBeCompactedTo };
    const looks = new Map(checks.flatMap((check) => looksOf(() => check(known))));
    return propertyNames.map((property) => settle(property, judgement, looks.get(property)));
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return allUnknown(error.message);
  }
}

/** Every property, untold for one reason. */
export function allUnknown(reason: string): PropertyResult[] {
  return propertyNames.map((property) => ({
    property,
    advisory: advisory.has(property),
    counts: {},
    state: 'unknown',
    reason,
  }));
}

/** What etcd does not promise: liveness of expiry, and watchers not running ahead of reads. */
const advisory: ReadonlySet<PropertyName> = new Set([
  'watch.ahead-of-read',
  'lease.eventual-expiry',
]);

function looksOf(check: () => Partial<Record<PropertyName, Look>>): [PropertyName, Look][] {
  return Object.entries(check()) as [PropertyName, Look][];
}

function settle(
  property: PropertyName,
  { findings }: Judgement,
  look: Look = { counts: {}, unknown: 'it was not looked at' },
): PropertyResult {
  const { total, kept } = findings[property];
  const base = { property, advisory: advisory.has(property), counts: look.counts };
  const [first] = kept;
  if (first !== undefined) return { ...base, state: 'illegal', first, findings: kept, total };
  if (look.notExercised !== undefined) {
    return { ...base, state: 'not-exercised', reason: look.notExercised };
  }
  if (look.unknown !== undefined) return { ...base, state: 'unknown', reason: look.unknown };
  return { ...base, state: 'legal' };
}

function sizeOf({ count, words, events, records }: Columns): number {
  return 36 * count + 4 * words.length + 28 * events.count + 22 * records.count;
}
