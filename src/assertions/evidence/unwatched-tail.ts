import type { Epoch } from '../../history/epochs-of.ts';
import type { Operation, TxnOp, WatchEvent } from '../../history/operation.ts';
import { inRange } from './effects.ts';
import type { EventLog } from './event-log.ts';
import type { FinalRead } from './final-read.ts';
import { isWrite } from './requests.ts';

/** A log that goes on to the revision of the state that was kept. */
export interface CompletedLog {
  readonly log: EventLog;
  /** Whether a key may have been deleted where nobody watched. */
  readonly mayBeDeleted: (key: string) => boolean;
}

/**
 * A cluster that dies takes the last events along: no watcher was sent what it wrote in its last
 * milliseconds. Where every such revision is told by an acknowledgement or by the state that was
 * kept, or can be that of a write under way, the log goes on by what the state shows.
 */
export function withUnwatchedTail(
  log: EventLog,
  kept: FinalRead | undefined,
  epoch: Epoch,
): CompletedLog {
  const complete: CompletedLog = { log, mayBeDeleted: () => false };
  const last = log.covered.at(-1);
  if (kept === undefined || last === undefined || last.through >= kept.revision) return complete;
  const inTail = (revision: number): boolean =>
    revision > last.through && revision <= kept.revision;
  const told = new Set<number>();
  const deletes: (TxnOp & { kind: 'delete' })[] = [];
  let underWay = 0;
  for (const operation of epoch.operations()) {
    if (!isWrite(operation.request)) continue;
    const { outcome } = operation;
    const acknowledged = outcome.status === 'ok' && inTail(outcome.result.revision);
    if (outcome.status !== 'unknown' && !acknowledged) continue;
    if (acknowledged) told.add(outcome.result.revision);
    else underWay += 1;
    deletes.push(...deletesOf(operation));
  }
  const events = new Map<number, readonly WatchEvent[]>(log.events);
  for (const kv of kept.values.values()) {
    if (!inTail(kv.modRevision)) continue;
    told.add(kv.modRevision);
    events.set(kv.modRevision, [...(events.get(kv.modRevision) ?? []), { type: 'put', kv }]);
  }
  if (kept.revision - last.through - told.size > underWay) return complete;
  const covered = [...log.covered.slice(0, -1), { from: last.from, through: kept.revision }];
  return {
    log: { ...log, events, covered },
    mayBeDeleted: (key) => deletes.some((each) => inRange(key, each.key, each.end)),
  };
}

function deletesOf({ request }: Operation): (TxnOp & { kind: 'delete' })[] {
  const operations = request.kind === 'txn' ? [...request.success, ...request.failure] : [request];
  return operations.filter((operation) => operation.kind === 'delete');
}
