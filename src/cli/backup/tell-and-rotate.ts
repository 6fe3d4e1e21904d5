import type { Backup } from '../../backup/take-backup.ts';
import { backupLine } from './backup-lines.ts';

/**
 * Says what was taken before anything is removed: whatever becomes of the older backups, this one is
 * there. JSON is one document, with what was removed, or nothing where that failed.
 */
export async function tellAndRotate(
  { path, manifest }: Backup,
  json: boolean,
  rotate: () => Promise<readonly string[]>,
  print: (text: string) => void,
): Promise<void> {
  if (!json) print(`took ${path}\n  ${backupLine(manifest)}`);
  let removed: readonly string[] = [];
  try {
    removed = await rotate();
  } finally {
    if (json) print(JSON.stringify({ path, manifest, removed }, null, 2));
  }
  if (!json) for (const name of removed) print(`removed ${name}, which nothing keeps any more`);
}
