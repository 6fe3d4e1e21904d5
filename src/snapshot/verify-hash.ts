import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { DrillError } from '../errors.ts';
import { hashBytes, type SnapshotFile } from './snapshot-file.ts';

/**
 * The SHA-256 of the database, in hexadecimal, which equals the one behind it. Throws a `DrillError`
 * when it does not. Reads the file once, a MiB at a time.
 */
export async function verifyHash({ database, sizeBytes, handle }: SnapshotFile): Promise<string> {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(chunkBytes);
  const databaseBytes = sizeBytes - hashBytes;
  for (let at = 0; at < databaseBytes;) {
    const read = readSync(handle, chunk, 0, Math.min(chunkBytes, databaseBytes - at), at);
    if (read === 0) throw changed(database.path);
    hash.update(chunk.subarray(0, read));
    at += read;
    await breathe(); // Leases are renewed meanwhile.
  }
  const stored = Buffer.alloc(hashBytes);
  if (readSync(handle, stored, 0, hashBytes, databaseBytes) < hashBytes)
    throw changed(database.path);
  const found = hash.digest('hex');
  if (stored.toString('hex') === found) return found;
  throw new DrillError(
    `The snapshot ${database.path} is not what etcd wrote: its bytes have the SHA-256 ${found}, and at its end stands ${stored.toString('hex')}. Copy it again, or take another one.`,
  );
}

const chunkBytes = 2 ** 20;

function changed(path: string): DrillError {
  return new DrillError(
    `The snapshot ${path} became shorter while it was read. Wait until nothing writes to it.`,
  );
}
