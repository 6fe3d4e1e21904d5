import type { SnapshotSummary } from '../snapshot/open-snapshot.ts';
import { revisions } from '../snapshot/revisions.ts';
import { openSnapshotFile } from '../snapshot/snapshot-file.ts';

/**
 * The revision that a cluster begins at when it is restored from a snapshot. A bump is added to the
 * newest record's, which a compaction may be above.
 */
export function restoredRevision(
  { path, revision, compactRevision }: SnapshotSummary,
  bump = 0,
): number {
  // Only then is the newest record's revision not the snapshot's.
  if (bump === 0 || revision > compactRevision) return revision + bump;
  using file = openSnapshotFile(path);
  let newest = 1;
  for (const record of revisions(file)) newest = Math.max(newest, record.revision);
  return Math.max(compactRevision, newest + bump);
}
