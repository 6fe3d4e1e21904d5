import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from './cache-folder.ts';

/**
 * Runs a task while no other process of this machine runs one under the same name. The lock is
 * SQLite's on a file: the kernel gives it back when its owner dies, however it dies.
 */
export async function withLock<T>(name: string, task: () => Promise<T>): Promise<T> {
  const file = join(cacheFolder('locks'), `${name.replaceAll(/[^\w.-]/g, '_')}.lock`);
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    while (!take(database)) await sleep(100);
    return await task();
  } finally {
    database.close();
  }
}

function take(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    const busy = 5;
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return false;
    throw error;
  }
}
