import { open, rename } from 'node:fs/promises';
import { DrillError, messageOf } from '../errors.ts';
import type { EtcdClient } from '../etcd/client.ts';
import { snapshot } from '../etcd/snapshot.ts';

/** A member that sends nothing for so long is not going to. */
const idleMs = 30_000;

/**
 * Writes the snapshot that a member serves to a new file that only its owner may read, as it comes,
 * and makes sure of it on the disk. What it holds is unknown yet: see `takeBackup`.
 */
export async function writeStream(
  client: EtcdClient,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  const file = await onDisk(path, () => open(path, 'wx', 0o600));
  const stop = (): void => client.connection.close();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of snapshot(client, { idleMs })) {
      signal?.throwIfAborted();
      await onDisk(path, () => file.writeFile(chunk));
    }
    await onDisk(path, () => file.sync());
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await file.close();
  }
}

/** Writes a small file as `writeStream` does. */
export async function writeText(path: string, text: string): Promise<void> {
  const file = await onDisk(path, () => open(path, 'wx', 0o600));
  try {
    await onDisk(path, async () => {
      await file.writeFile(text);
      await file.sync();
    });
  } finally {
    await file.close();
  }
}

/** Gives files their final names, in order, and makes sure of the names on the disk. */
export async function nameFinally(
  folder: string,
  names: readonly (readonly [from: string, to: string])[],
): Promise<void> {
  await onDisk(folder, async () => {
    for (const [from, to] of names) await rename(from, to);
    const handle = await open(folder);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

async function onDisk<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
    const remedy = full
      ? 'Make room there, keep fewer backups (`--keep`, `--keep-last`), or name another folder with `--to`'
      : 'Name a folder that this user may write to with `--to`';
    throw new DrillError(
      `Could not write the backup to ${path}: ${messageOf(error)}. ${remedy}; nothing half-written is kept.`,
      undefined,
      error,
    );
  }
}
