import { opStatus, type Columns } from '../columns/columns.ts';
import { forEachPut, mayWrite } from './writers.ts';

/**
 * The highest revision seen, but no higher than all writes together can have made: every revision
 * takes a write, an expiry of a lease somebody attached a key to, or an event that was watched.
 * A header above that is a finding and must not size the tables.
 */
export function findLastRevision(columns: Columns): number {
  const { count, revision, status, effective, events, startRevision } = columns;
  let possible = startRevision + events.count;
  let seen = startRevision;
  const leased = columns.leases.length > 1;
  for (let op = 0; op < count; op += 1) {
    if (status[op] === opStatus.ok) seen = Math.max(seen, revision[op]!);
    if (status[op] === opStatus.failed || !mayWrite(columns, op)) continue;
    if (status[op] === opStatus.unknown || effective[op] === 1) possible += 1;
    if (!leased) continue;
    forEachPut(columns, op, (node) => {
      if (columns.words[node + 4] !== 0) possible += 1;
    });
  }
  possible += columns.leases.length + columns.initial.length;
  for (let event = 0; event < events.count; event += 1) {
    seen = Math.max(seen, events.revision[event]!);
  }
  return Math.min(seen, possible);
}
