import { opStatus } from '../columns/columns.ts';
import { openUnknowns } from '../revision/credit.ts';
import { boundsOthers } from '../revision/floors.ts';
import type { Known, Look } from './checks.ts';

/** The findings come from the replay itself; here is what they are out of. */
export function lookAtLinearizability(known: Known): {
  'kv.linearizable': Look;
} {
  const { judgement, byRevision } = known;
  const { columns, foundAt, log, lastRevision } = judgement;
  const placed = unknownsPlaced(known);
  const counts = {
    operations: 0,
    writes: 0,
    failed: 0,
    unknownResolved: placed,
    unknownOpen: openUnknowns(judgement).length - placed,
    revisions: lastRevision - columns.startRevision,
    revisionsWatched: log.coverage.reduce((sum, streams) => sum + Math.min(streams, 1), 0),
  };
  for (let op = 0; op < columns.count; op += 1) {
    if (boundsOthers(columns, op)) counts.operations += 1;
    if (columns.effective[op] === 1) counts.writes += 1;
    if (columns.status[op] === opStatus.failed) counts.failed += 1;
    if (foundAt[op] !== 0) counts.unknownResolved += 1;
  }
  const { unknownBecause: unknown } = byRevision;
  if (counts.operations === 0) {
    return { 'kv.linearizable': { counts, notExercised: 'no operation was acknowledged' } };
  }
  return { 'kv.linearizable': unknown === undefined ? { counts } : { counts, unknown } };
}

/**
 * Operations of unknown outcome that no value bound to a revision, yet the replay did. Acknowledged
 * revokes and lease expiries make revisions as well, and are no unknowns.
 */
function unknownsPlaced({ judgement, byRevision }: Known): number {
  const { status } = judgement.columns;
  const placed = new Set<number>();
  for (const op of byRevision.causes.values()) placed.add(op);
  for (const filling of byRevision.fillings.values()) if ('op' in filling) placed.add(filling.op);
  return [...placed].filter((op) => status[op] === opStatus.unknown).length;
}
