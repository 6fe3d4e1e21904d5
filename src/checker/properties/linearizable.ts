import { opStatus } from '../columns/columns.ts';
import { openUnknowns } from '../revision/credit.ts';
import { boundsOthers } from '../revision/floors.ts';
import type { Known, Look } from './checks.ts';

/** The findings come from the replay itself; here is what they are out of. */
export function lookAtLinearizability({ judgement, byRevision }: Known): {
  'kv.linearizable': Look;
} {
  const { columns, foundAt, log, lastRevision } = judgement;
  const counts = {
    operations: 0,
    writes: 0,
    failed: 0,
    unknownResolved: byRevision.causes.size + byRevision.fillings.size,
    unknownOpen: openUnknowns(judgement).length - byRevision.causes.size,
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
