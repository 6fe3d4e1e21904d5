import type { Budget } from './budget.ts';
import type { Columns } from './columns/columns.ts';
import { noFindings, type Findings } from './findings.ts';
import { propertyNames, type PropertyName } from './result.ts';
import { boundsOthers, findFloors, type Floors } from './revision/floors.ts';
import { findLastRevision } from './revision/last-revision.ts';
import { claimSlots } from './revision/slots.ts';
import { mergeWatchers, type WatchLog } from './revision/watch-log.ts';
import { findWriters } from './revision/writers.ts';

/** Everything known about one history before its revisions are replayed. */
export interface Judgement {
  readonly columns: Columns;
  readonly budget: Budget;
  readonly floors: Floors;
  /** The highest revision that anything honest can have reached. */
  readonly lastRevision: number;
  /** Per value: the row of its writer, or one of `writer`. */
  readonly writers: Int32Array;
  /** Per revision: the row of the operation that made it, -1 where none is known. */
  readonly slot: Int32Array;
  /** Per row: the revision an unknown operation was found at, 0 where it was not. */
  readonly foundAt: Int32Array;
  readonly log: WatchLog;
  readonly findings: Readonly<Record<PropertyName, Findings>>;
}

export function prepareJudgement(columns: Columns, budget: Budget): Judgement {
  const entries = propertyNames.map((property) => [property, noFindings()] as const);
  const findings = Object.fromEntries(entries) as Record<PropertyName, Findings>;
  const lastRevision = findLastRevision(columns);
  return {
    columns,
    budget,
    findings,
    lastRevision,
    floors: findFloors(columns, (op) => boundsOthers(columns, op)),
    writers: findWriters(columns),
    slot: claimSlots(columns, lastRevision, findings['kv.linearizable']),
    foundAt: new Int32Array(columns.count),
    log: mergeWatchers(columns, lastRevision),
  };
}
