import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError, messageOf } from '../errors.ts';
import type { LocalMember } from './planned-member.ts';

/** Where a member's files are until those of all are whole; what is killed leaves nothing else. */
export const unfinished = '.drill-restoring';
/** A disk of its own has this. */
const harmless = new Set([unfinished, 'lost+found']);

/** A folder that a restore fills. */
interface Folder {
  readonly owner: string;
  readonly what: 'data directory' | 'WAL directory';
  readonly path: string;
}

/** Throws a `DrillError` where a member's folder has anything in it: nothing is replaced. */
export async function refuseOccupied(members: readonly LocalMember[]): Promise<void> {
  for (const { owner, what, path } of members.flatMap(foldersOf)) {
    const found = (await entriesOf({ owner, what, path })).find((entry) => !harmless.has(entry));
    if (found !== undefined)
      throw new DrillError(
        `The ${what} ${path} of ${owner} is not empty (it has ${found}), and a restore replaces nothing: move it away first (\`mv ${path} ${path}.old\`), or name another.`,
      );
  }
}

/**
 * Lends the members' folders to `fill`, which makes their files in the folder `unfinished` of each,
 * and puts them in place once all are there. Where anything fails before that, every folder is left
 * as it was.
 */
export async function fillFolders(
  members: readonly LocalMember[],
  fill: () => Promise<void>,
): Promise<void> {
  const folders = members.flatMap(foldersOf);
  const made: string[] = [];
  try {
    for (const folder of folders) {
      if (await inFolder(folder, makeFolder)) made.push(folder.path);
      await inFolder(folder, (path) =>
        rm(join(path, unfinished), { recursive: true, force: true }),
      );
    }
    await fill();
    for (const folder of folders) await inFolder(folder, () => putInPlace(folder));
  } catch (error) {
    // A tool that was told to end may still be about to.
    const patiently = { recursive: true, force: true, maxRetries: 5 };
    for (const { path } of folders) await rm(join(path, unfinished), patiently);
    for (const path of made) await rmdir(path);
    throw error;
  }
}

/** The log first: a data directory without its log would be taken for a new member's. */
function foldersOf({ name: owner, walDir, dataDir }: LocalMember): Folder[] {
  const log = { owner, what: 'WAL directory', path: walDir ?? '' } as const;
  const data = { owner, what: 'data directory', path: dataDir } as const;
  return walDir === undefined ? [data] : [log, data];
}

/** Whether it was not there. What should be above it is not made: most often it is a typing error. */
async function makeFolder(path: string): Promise<boolean> {
  if (existsSync(path)) return false;
  await mkdir(path, { mode: 0o700 });
  return true;
}

async function inFolder<T>(
  { owner, what, path }: Folder,
  act: (path: string) => Promise<T>,
): Promise<T> {
  try {
    return await act(path);
  } catch (error) {
    throw new DrillError(
      `The ${what} ${path} of ${owner} cannot be made: ${messageOf(error)}. Name one below a folder that is there, and that this user may write to.`,
      undefined,
      error,
    );
  }
}

async function entriesOf({ owner, what, path }: Folder): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new DrillError(
      `The ${what} ${path} of ${owner} cannot be read: ${messageOf(error)}. Name an empty folder that this user may write to, or one that is not there yet.`,
      undefined,
      error,
    );
  }
}

async function putInPlace({ path }: Folder): Promise<void> {
  for (const entry of await readdir(join(path, unfinished)))
    await rename(join(path, unfinished, entry), join(path, entry));
  await rmdir(join(path, unfinished));
  await chmod(path, 0o700);
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
