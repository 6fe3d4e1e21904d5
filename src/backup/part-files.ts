import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { manifestPath } from './manifest.ts';

/**
 * The name a backup has while it is written. It says who writes, so that the next one can tell a
 * backup under way from what was left when its writer was killed.
 */
export function partPath(folder: string, file: string): string {
  return join(folder, `.${file}.${hostname()}.${process.pid}.part`);
}

const partName = /^\.(etcd-\w+-r\d+\.db)\.(.+)\.(\d+)\.part(?:\.json)?$/;
/** A backup under way is written to, or was a moment ago. */
const abandonedAfterMs = 3_600_000;

/** Removes what killed backups left in a folder; resolves with their names. */
export async function removeLeftovers(folder: string, nowMs: number): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(folder)) {
    const [, file, host, pid] = partName.exec(name) ?? [];
    if (file === undefined) continue;
    const isOurs = host === hostname() && Number(pid) !== process.pid;
    if ((isOurs && isRunning(Number(pid))) || (await isFresh(join(folder, name), nowMs))) continue;
    // Its manifest gets its name a moment before the backup does.
    await rm(manifestPath(join(folder, file)), { force: true });
    await rm(join(folder, name), { force: true });
    removed.push(name);
  }
  return removed;
}

/** Containers share a host's name, and count their processes alike: only its age tells the rest. */
async function isFresh(path: string, nowMs: number): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    return nowMs - mtimeMs < abandonedAfterMs;
  } catch (error) {
    // It got its final name a moment ago.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
