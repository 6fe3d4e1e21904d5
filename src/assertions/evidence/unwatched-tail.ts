import type { Epoch } from '../../history/epochs-of.ts';
import type { KeyValue, Operation, Request, WatchEvent } from '../../history/operation.ts';
import { effectsOf, inRange, putsOf } from './effects.ts';
import type { EventLog } from './event-log.ts';
import type { FinalRead } from './final-read.ts';
import { isWrite } from './requests.ts';
import { identity } from './unacknowledged.ts';

/** A log that goes on to the revision of the state that was kept. */
export interface CompletedLog {
  readonly log: EventLog;
  /** Whether a missing key may have been deleted where nobody watched; each is asked for once. */
  readonly mayBeDeleted: (kv: KeyValue) => boolean;
  /** Keys that only a deletion nobody tells of explains: they may as well be lost. */
  readonly doubtful: readonly string[];
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
  const complete: CompletedLog = { log, mayBeDeleted: () => false, doubtful: [] };
  const last = log.covered.at(-1);
  if (kept === undefined || last === undefined || last.through >= kept.revision) return complete;
  const tail = { from: last.through + 1, through: kept.revision };
  const events = new Map<number, readonly WatchEvent[]>(log.events);
  for (const kv of kept.values.values()) {
    if (kv.modRevision < tail.from || kv.modRevision > tail.through) continue;
    events.set(kv.modRevision, [...(events.get(kv.modRevision) ?? []), { type: 'put', kv }]);
  }
  const account = accountOf(tail, events, epoch.operations());
  if (account.untold > account.suspects.length) return complete;
  const doubtful: string[] = [];
  const covered = [...log.covered.slice(0, -1), { from: last.from, through: kept.revision }];
  return {
    log: { ...log, events, covered },
    mayBeDeleted: deletionsBy(account, doubtful),
    doubtful,
  };
}

/** Who wrote the revisions that nobody watched, as far as that is told. */
interface Account {
  /** How many of the revisions no acknowledgement and no value tells of. */
  readonly untold: number;
  /** What may have been deleted at the others. */
  readonly deletes: readonly DeletedRange[];
  /** Operations that may have made an untold revision, each at most one. */
  readonly suspects: readonly Operation[];
}

interface DeletedRange {
  readonly key: string;
  readonly end?: string | undefined;
}

function accountOf(
  tail: { readonly from: number; readonly through: number },
  events: ReadonlyMap<number, readonly WatchEvent[]>,
  operations: Iterable<Operation>,
): Account {
  const inTail = (revision: number): boolean => revision >= tail.from && revision <= tail.through;
  const told = new Set([...events.keys()].filter(inTail));
  const seenAt = revisionsOfPuts(events);
  const deletes: DeletedRange[] = [];
  const suspects: Operation[] = [];
  for (const operation of operations) {
    const { request, outcome } = operation;
    if (outcome.status === 'ok') {
      if (!inTail(outcome.result.revision)) continue;
      const effects = effectsOf(operation);
      if (effects.length > 0) told.add(outcome.result.revision);
      deletes.push(...effects.filter((effect) => effect.kind === 'delete'));
      // A lease may have had no key left to take along.
      if (request.kind === 'lease-revoke') suspects.push(operation);
    } else if (outcome.status === 'unknown' && mayChangeKeys(request)) {
      const seen = putsOf(operation).flatMap(
        (put) => seenAt.get(identity(put.key, put.value)) ?? [],
      );
      if (seen.some(inTail)) deletes.push(...deletesOf(operation));
      else if (seen.length === 0) suspects.push(operation);
    }
  }
  return { untold: tail.through - tail.from + 1 - told.size, deletes, suspects };
}

function mayChangeKeys(request: Request): boolean {
  return isWrite(request) && request.kind !== 'lease-grant' && request.kind !== 'compact';
}

/** Where each put was seen; every put's value is unique. */
function revisionsOfPuts(events: ReadonlyMap<number, readonly WatchEvent[]>): Map<string, number> {
  const seenAt = new Map<string, number>();
  for (const [revision, changes] of events) {
    for (const event of changes) {
      if (event.type === 'put') seenAt.set(identity(event.kv.key, event.kv.value), revision);
    }
  }
  return seenAt;
}

/**
 * A key is excused by a delete at a told revision, or by what may have made an untold one: an
 * operation under way or the end of its lease. Keys that nothing could have deleted together need a
 * revision each, so past as many as are untold the next such key is lost.
 */
function deletionsBy(
  { untold, deletes, suspects }: Account,
  doubtful: string[],
): (kv: KeyValue) => boolean {
  const suspected = new Set<Operation | string>();
  let needed = 0;
  return ({ key, lease = '0' }) => {
    const covers = (range: DeletedRange): boolean => inRange(key, range.key, range.end);
    if (deletes.some(covers)) return true;
    const causes: (Operation | string)[] = suspects.filter((each) => deletesOf(each).some(covers));
    if (lease !== '0') causes.push(lease);
    if (!causes.some((cause) => suspected.has(cause))) {
      if (causes.length === 0 || needed === untold) return false;
      needed += 1;
      for (const cause of causes) suspected.add(cause);
    }
    doubtful.push(key);
    return true;
  };
}

function deletesOf({ request }: Operation): DeletedRange[] {
  const operations = request.kind === 'txn' ? [...request.success, ...request.failure] : [request];
  return operations.filter((operation) => operation.kind === 'delete');
}
