import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backup } from '../backup/take-backup.ts';
import { takeFromAny } from '../backup/take-from-any.ts';
import type { Stage } from '../runner/stage.ts';

/**
 * Takes a verified backup of the cluster to restore it from later, while its clients work, from the
 * first running member whose snapshot is good. It stays in the run's folder.
 */
export async function saveBackup({
  cluster,
  folder,
  observe,
}: Pick<Stage, 'cluster' | 'folder' | 'observe'>): Promise<Backup> {
  const into = join(folder, 'backups');
  await mkdir(into, { recursive: true });
  const running = cluster.members.filter(({ state }) => state === 'running');
  const backup = await takeFromAny(
    running.map(({ client }) => client),
    { folder: into, now: () => new Date() },
    (reason) => observe('backup-refused', { reason }),
  );
  const { file, revision, acknowledgedRevision, keys, sizeBytes, sha256, member } = backup.manifest;
  const data = { file, revision, acknowledgedRevision, keys, sizeBytes, sha256 };
  observe('backup-saved', { ...data, from: member.name });
  return backup;
}
