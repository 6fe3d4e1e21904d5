import type { Backup } from '../backup/take-backup.ts';
import type { EpochStart } from '../history/epoch.ts';
import type { Phase, Stage } from '../runner/stage.ts';
import { restoreMembers } from './restore-members.ts';

/**
 * Restores a backup on all members and begins the history's next epoch with it, phase by phase. The
 * phase `verify` ends when what is served has been read whole, before anybody writes to it.
 */
export async function restoreBackup(
  { cluster, beginEpoch }: Pick<Stage, 'cluster' | 'beginEpoch'>,
  { path, manifest }: Backup,
  bump: number | undefined,
  phase: Phase,
): Promise<EpochStart> {
  const restoredRevision = manifest.revision;
  const bumped = bump === undefined ? {} : { bumpedTo: restoredRevision + bump };
  const raised = Promise.withResolvers<void>();
  const began = beginEpoch({ kind: 'restore', restoredRevision, ...bumped }, async () => {
    await restoreMembers(cluster, { snapshot: path, ...(bump !== undefined && { bump }) }, phase);
    raised.resolve();
  });
  await Promise.race([raised.promise, began]);
  return phase('verify', () => began);
}
