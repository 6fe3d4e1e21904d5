import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { DrillError, messageOf } from '../errors.ts';
import { openDatabase, type Database } from './bolt/database.ts';
import { beginsLikeMeta, metaBytes, pageSizes, parseMeta, type Meta } from './bolt/meta.ts';
import { damaged } from './damaged.ts';

/** A snapshot that is open for reading, of whose content nothing is known yet. */
export interface SnapshotFile extends Disposable {
  readonly database: Database;
  /** With the hash behind the database. */
  readonly sizeBytes: number;
  readonly handle: number;
}

/** Of the SHA-256 that etcd appends to the database's bytes. */
export const hashBytes = 32;

/**
 * Opens a snapshot as etcd writes them: a whole bbolt database with a hash behind it. Throws a
 * `DrillError` for anything else. Whether the hash is right is for `verifyHash` to say.
 */
export function openSnapshotFile(path: string): SnapshotFile {
  const handle = openRegular(path);
  try {
    const { size: sizeBytes } = fstatSync(handle);
    const meta = readMeta(path, handle, sizeBytes);
    refuseOtherSize(path, sizeBytes, meta.pageCount * meta.pageSize);
    const database = openDatabase(path, handle, meta);
    return { database, sizeBytes, handle, [Symbol.dispose]: () => closeSync(handle) };
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

function openRegular(path: string): number {
  let handle: number | undefined;
  try {
    // Without it a named pipe would be waited for.
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const kind = kindOf(fstatSync(handle));
    if (kind === 'file') return handle;
    throw new DrillError(
      `${path} is ${kind}, not a snapshot: name the file that \`etcdctl snapshot save\` or \`drill backup\` wrote.`,
    );
  } catch (error) {
    if (handle !== undefined) closeSync(handle);
    if (error instanceof DrillError) throw error;
    throw new DrillError(
      `Could not open the snapshot ${path}: ${messageOf(error)}. Name a file that you may read.`,
      undefined,
      error,
    );
  }
}

function kindOf(stats: Stats): string {
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'a directory' : 'a device, a pipe or a socket';
}

/** Of the two the one that is intact and newer, as bbolt chooses. */
function readMeta(path: string, handle: number, sizeBytes: number): Meta {
  if (sizeBytes === 0)
    throw new DrillError(
      `The snapshot ${path} is empty: whatever should have written it did not. Take another one.`,
    );
  const at = (position: number): Buffer => {
    const bytes = Buffer.alloc(metaBytes);
    return bytes.subarray(0, readSync(handle, bytes, 0, metaBytes, position));
  };
  const begin = at(0);
  if (beginsLikeMeta(begin) && begin.length < metaBytes)
    throw new DrillError(`${cutOff(path)}: only ${sizeBytes} bytes are there. ${copyAgain}`);
  const first = parseMeta(begin);
  const places = first === undefined ? pageSizes : [first.pageSize];
  const second = places
    .map((pageSize) => ({ pageSize, meta: parseMeta(at(pageSize)) }))
    .find(({ pageSize, meta }) => meta?.pageSize === pageSize)?.meta;
  const found = [first, second].filter((meta) => meta !== undefined);
  const newest = found.toSorted((a, b) => Number(b.transaction - a.transaction))[0];
  if (newest !== undefined) return newest;
  if (beginsLikeMeta(begin)) throw damaged(path, 'neither of its two meta pages is intact');
  throw new DrillError(
    `${path} is not an etcd snapshot: no bbolt database begins in its ${sizeBytes} bytes. Name the file that \`etcdctl snapshot save\` or \`drill backup\` wrote.`,
  );
}

function refuseOtherSize(path: string, sizeBytes: number, databaseBytes: number): void {
  const wholeBytes = databaseBytes + hashBytes;
  if (sizeBytes === databaseBytes || (sizeBytes > databaseBytes && sizeBytes % sectorBytes === 0))
    throw new DrillError(
      `${path} has no hash at its end: it is a raw copy of the database (\`member/snap/db\`), not a snapshot, so nobody can tell whether it is whole. Take a snapshot with \`etcdctl snapshot save\` or \`drill backup\`.`,
    );
  if (sizeBytes < wholeBytes)
    throw new DrillError(
      `${cutOff(path)}: it has ${sizeBytes} bytes of ${wholeBytes}. ${copyAgain}`,
    );
  if (sizeBytes !== wholeBytes)
    throw damaged(path, `${sizeBytes - wholeBytes} bytes too many are at its end`);
}

const sectorBytes = 512;
const cutOff = (path: string): string => `The snapshot ${path} is cut off`;
const copyAgain = 'Copy it again, or take another one.';
