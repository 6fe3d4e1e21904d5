import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError, messageOf } from '../errors.ts';
import { manifestPath, readManifest, type Manifest } from './manifest.ts';

/** A backup is kept while one of these keeps it; absent keeps nothing, both absent keep everything. */
export interface Retention {
  readonly withinMs?: number;
  /** So many of the newest. */
  readonly last?: number;
}

/** A backup in a folder, as its manifest tells. */
export interface KeptBackup {
  readonly path: string;
  readonly manifest: Manifest;
  /** Its file is there, and as long as it should be. */
  readonly isWhole: boolean;
}

/** What `takeBackup` has just read from end to end. */
export type Taken = Pick<KeptBackup, 'path' | 'manifest'>;

/**
 * Which of a cluster's backups no rule keeps. The one that was just taken is never among them, whatever
 * the times of the others say: of all it alone was just read. Neither is another cluster's.
 */
export function expired(
  backups: readonly KeptBackup[],
  taken: Taken,
  { withinMs, last }: Retention,
  nowMs: number,
): KeptBackup[] {
  if (withinMs === undefined && last === undefined) return [];
  const own = backups
    .filter(({ manifest }) => manifest.clusterId === taken.manifest.clusterId)
    .toSorted((a, b) => takenMs(b) - takenMs(a));
  const whole = own.filter(({ isWhole }) => isWhole);
  const kept = new Set([taken.path, ...whole.slice(0, last ?? 0).map(({ path }) => path)]);
  return own.filter(
    (backup) =>
      !kept.has(backup.path) && (withinMs === undefined || nowMs - takenMs(backup) > withinMs),
  );
}

/**
 * Removes what `expired` names, each with its manifest; files without one of drill's are not its.
 * Throws a `DrillError` where one cannot be removed.
 */
export async function rotate(
  folder: string,
  taken: Taken,
  retention: Retention,
  nowMs: number,
): Promise<string[]> {
  try {
    const backups = await backupsIn(folder);
    const paths = expired(backups, taken, retention, nowMs).map(({ path }) => path);
    for (const path of paths) {
      await rm(path, { force: true });
      await rm(manifestPath(path));
    }
    return paths;
  } catch (error) {
    throw new DrillError(
      `The new backup ${taken.path} is whole and stays, but older ones could not be removed: ${messageOf(error)}. Remove them by hand, or let this user write to ${folder}; without it the disk will be full one day.`,
      undefined,
      error,
    );
  }
}

async function backupsIn(folder: string): Promise<KeptBackup[]> {
  const names = await readdir(folder);
  const manifests = names.filter((name) => /^etcd-\w+-r\d+\.db\.json$/.test(name));
  const read = manifests.map(async (name): Promise<KeptBackup[]> => {
    const file = name.replace(/\.json$/, '');
    const path = join(folder, file);
    const manifest = await manifestOrNone(path);
    if (manifest?.file !== file) return [];
    return [{ path, manifest, isWhole: (await sizeOf(path)) === manifest.sizeBytes }];
  });
  return (await Promise.all(read)).flat();
}

/** What is no manifest is not drill's, and rotation leaves it alone. */
async function manifestOrNone(path: string): Promise<Manifest | undefined> {
  try {
    return await readManifest(path);
  } catch (error) {
    if (error instanceof DrillError) return undefined;
    throw error;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const takenMs = ({ manifest }: KeptBackup): number => Date.parse(manifest.takenAt);
