import { opStatus, type Columns } from '../columns/columns.ts';
import { forEachPut, mayWrite } from './writers.ts';

/**
 * The highest revision seen, but no higher than all writes together can have made: every revision
 * takes a write, an expiry of a lease somebody attached a key to, or an event that was watched.
 * A header above that is a finding and must not size the tables.
 */
export function findLastRevision(columns: Columns): number {
  const { count, revision, status, effective, events, startRevision } = columns;
  let possible = startRevision + events.count + columns.leases.length + columns.initial.length;
  let seen = startRevision;
  for (let op = 0; op < count; op += 1) {
    if (status[op] !== opStatus.ok) continue;
    seen = Math.max(seen, revision[op]!);
    possible += effective[op]!;
  }
  for (const op of columns.errors.keys()) {
    if (status[op] === opStatus.unknown && mayWrite(columns, op)) possible += 1;
  }
  if (columns.leases.length > 1) possible += countAttaching(columns);
  for (let event = 0; event < events.count; event += 1) {
    seen = Math.max(seen, events.revision[event]!);
  }
  return Math.min(seen, possible);
}

/** Puts that attach their key to a lease, and so may be followed by its expiry. */
function countAttaching(columns: Columns): number {
  let attaching = 0;
  for (let op = 0; op < columns.count; op += 1) {
    if (columns.status[op] === opStatus.failed) continue;
    forEachPut(columns, op, (node) => {
      if (columns.words[node + 4] !== 0) attaching += 1;
    });
  }
  return attaching;
}
