import { readSync } from 'node:fs';
import { damaged } from '../damaged.ts';
import type { Meta } from './meta.ts';
import { parseNode, type BoltNode } from './node.ts';

/** Pages of a bbolt database, read one at a time through one file handle. */
export interface Database {
  readonly path: string;
  readonly meta: Meta;
  /** With its overflow pages. Throws a `DrillError` for what is neither branch nor leaf. */
  readNode(page: number): BoltNode;
}

/** The handle stays the caller's. */
export function openDatabase(path: string, file: number, meta: Meta): Database {
  const head = Buffer.alloc(headBytes);
  return {
    path,
    meta,
    readNode(page) {
      if (page < firstPage || page >= meta.pageCount)
        throw damaged(path, `page ${page} is pointed to, and it has ${meta.pageCount} pages`);
      readFully(path, file, head, page * meta.pageSize);
      const id = Number(head.readBigUInt64LE(0));
      if (id !== page) throw damaged(path, `where page ${page} should be, page ${id} is`);
      const overflow = head.readUInt32LE(12);
      const sizeBytes = (1 + overflow) * meta.pageSize;
      if (page + overflow >= meta.pageCount || sizeBytes > largestNodeBytes)
        throw damaged(path, `page ${page} claims ${overflow} more pages`);
      const bytes = Buffer.allocUnsafe(sizeBytes);
      readFully(path, file, bytes, page * meta.pageSize);
      return parseNode(path, page, 1 + overflow, bytes);
    },
  };
}

const headBytes = 16;
/** The first two are meta pages. */
const firstPage = 2;
/** Only a value makes a page overflow, and etcd's requests are far smaller (1.5 MiB by default). */
const largestNodeBytes = 128 * 2 ** 20;

function readFully(path: string, file: number, into: Buffer, position: number): void {
  for (let done = 0; done < into.length;) {
    const read = readSync(file, into, done, into.length - done, position + done);
    if (read === 0) throw damaged(path, `it ended at byte ${position + done} while it was read`);
    done += read;
  }
}
