import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { array, assert, asyncProperty, integer, nat, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DrillError } from '../../src/errors.ts';
import { readBuckets } from '../../src/snapshot/bolt/buckets.ts';
import { openSnapshot } from '../../src/snapshot/open-snapshot.ts';
import { openSnapshotFile } from '../../src/snapshot/snapshot-file.ts';
import { changed, goldenSnapshot, temporaryFolder, written } from '../fixtures/snapshots.ts';

const whole = goldenSnapshot();
const pageBytes = 4096;
const writers = 'name the file that `etcdctl snapshot save` or `drill backup` wrote.';
const take = 'Take another one.';
const copy = 'Copy it again, or take another one.';

describe('what is no snapshot is refused', () => {
  test('a directory', async () => {
    using folder = temporaryFolder();
    await expect(openSnapshot(folder.path)).rejects.toThrow(
      new DrillError(`${folder.path} is a directory, not a snapshot: ${writers}`),
    );
  });

  test('a pipe, without waiting for anybody to write into it', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'pipe');
    execFileSync('mkfifo', [path]);
    await expect(openSnapshot(path)).rejects.toThrow(
      new DrillError(`${path} is a device, a pipe or a socket, not a snapshot: ${writers}`),
    );
  });

  test('a file that is not there', async () => {
    await expect(openSnapshot('/nowhere/backup.db')).rejects.toThrow(
      new DrillError(
        "Could not open the snapshot /nowhere/backup.db: ENOENT: no such file or directory, open '/nowhere/backup.db'. Name a file that you may read.",
      ),
    );
  });

  test('an empty file', async () => {
    expect(await refusalOf('')).toBe(
      `The snapshot FILE is empty: whatever should have written it did not. ${take}`,
    );
  });

  test('another file', async () => {
    expect(await refusalOf('{"hello": "world"}'.repeat(100))).toBe(
      `FILE is not an etcd snapshot: no bbolt database begins in its 1800 bytes. N${writers.slice(1)}`,
    );
  });

  test('a raw copy of the database, also one that the file system made longer', async () => {
    const raw =
      'FILE has no hash at its end: it is a raw copy of the database (`member/snap/db`), not a snapshot, so nobody can tell whether it is whole. Take a snapshot with `etcdctl snapshot save` or `drill backup`.';
    const database = whole.subarray(0, -32);
    expect(await refusalOf(database)).toBe(raw);
    expect(await refusalOf(Buffer.concat([database, Buffer.alloc(8 * pageBytes)]))).toBe(raw);
  });
});

describe('what was cut off is refused', () => {
  const size = whole.length;
  test.each([
    ['in the first meta page', 40],
    ['after the first meta page', pageBytes],
    ['after both', 2 * pageBytes],
    ['in the midst', 5 * pageBytes + 100],
    ['where its size looks like that of a snapshot', 5 * pageBytes + 32],
    ['in the hash', size - 1],
  ])('%s', async (_where, length) => {
    const bytes =
      length < 80 ? `only ${length} bytes are there` : `it has ${length} bytes of ${size}`;
    expect(await refusalOf(whole.subarray(0, length))).toBe(
      `The snapshot FILE is cut off: ${bytes}. ${copy}`,
    );
  });
});

describe('what etcd did not write is refused', () => {
  test.each([
    ['a page', 7 * pageBytes + 1000],
    ['the hash', whole.length - 5],
  ])('a flipped bit in %s', async (_where, offset) => {
    const flipped = Buffer.from(whole);
    flipped[offset] = (flipped[offset] ?? 0) ^ 4;
    expect(await refusalOf(flipped)).toMatch(
      /^The snapshot FILE is not what etcd wrote: its bytes have the SHA-256 [0-9a-f]{64}, and at its end stands [0-9a-f]{64}\. Copy it again, or take another one\.$/,
    );
  });

  test('bytes behind the hash', async () => {
    const longer = Buffer.concat([whole, Buffer.alloc(100)]);
    expect(await refusalOf(longer)).toBe(damage('100 bytes too many are at its end'));
  });
});

describe('a database that contradicts itself is refused, though its hash is right', () => {
  const { root, leaf, item, itemBefore } = placesOf(whole);
  test.each<[string, (database: Buffer) => void, string]>([
    [
      'both meta pages',
      (db) => db.fill(0, 56, 64).fill(0, pageBytes + 56, pageBytes + 64),
      'neither of its two meta pages is intact',
    ],
    [
      'a loop',
      (db) => db.writeBigUInt64LE(BigInt(root / pageBytes), root + 24),
      `page ${root / pageBytes} is reached twice, so its tree has a loop`,
    ],
    [
      'two pointers to one page',
      (db) => db.copy(db, root + 24, root + 40, root + 48),
      `page ${Number(whole.readBigUInt64LE(root + 40))} is reached twice, so its tree has a loop`,
    ],
    [
      'a pointer beyond its end',
      (db) => db.writeBigUInt64LE(2n ** 60n, root + 24),
      `page ${2 ** 60} is pointed to, and it has ${whole.length >> 12} pages`,
    ],
    [
      'a pointer to a meta page',
      (db) => db.writeBigUInt64LE(1n, root + 24),
      `page 1 is pointed to, and it has ${whole.length >> 12} pages`,
    ],
    [
      'a page with another number',
      (db) => db.writeBigUInt64LE(77n, leaf),
      `where page ${leaf / pageBytes} should be, page 77 is`,
    ],
    [
      'pages that overflow beyond the end',
      (db) => db.writeUInt32LE(0xffffffff, leaf + 12),
      `page ${leaf / pageBytes} claims 4294967295 more pages`,
    ],
    [
      'a page of another kind',
      (db) => db.writeUInt16LE(0x10, leaf + 8),
      `page ${leaf / pageBytes} is neither branch nor leaf (flags 0x10)`,
    ],
    [
      'more items than fit',
      (db) => db.writeUInt16LE(0xffff, leaf + 10),
      `page ${leaf / pageBytes} claims 65535 items, more than fit`,
    ],
    [
      'an item that is longer than its page',
      (db) => db.writeUInt32LE(0xffffffff, leaf + 16 + 12),
      `item 0 of page ${leaf / pageBytes} reaches beyond its page`,
    ],
    [
      'revisions out of order',
      (db) => db.writeBigUInt64BE(99n, itemBefore),
      `the keys of page ${leaf / pageBytes} are out of order`,
    ],
    [
      'a record of another revision',
      (db) => db.writeBigUInt64BE(99n, item),
      'the record of revision 99 says it is of 10',
    ],
    [
      'a record that is no message',
      (db) => db.fill(0xff, item + 17, item + 19),
      'the record of revision 10 is unreadable',
    ],
  ])('%s', async (_what, change, detail) => {
    expect(await refusalOf(changed(change))).toBe(damage(detail));
  });

  test('no keyspace', async () => {
    const renamed = changed((database) => {
      const { page } = bucketsOf(whole);
      const at = database.indexOf('key', page);
      database.write('kez', at);
    });
    expect(await refusalOf(renamed)).toBe(damage('it has no bucket `key`, so no keyspace'));
  });

  test(
    'whatever is changed, it ends: with a summary, or with a message',
    { timeout: 60_000 },
    async () => {
      using folder = temporaryFolder();
      const changes = array(tuple(nat({ max: whole.length - 33 }), integer({ min: 1, max: 255 })), {
        minLength: 1,
        maxLength: 20,
      });
      await assert(
        asyncProperty(changes, async (bytes) => {
          const path = written(
            folder.path,
            changed((database) => {
              for (const [offset, mask] of bytes) database[offset] = (database[offset] ?? 0) ^ mask;
            }),
          );
          await openSnapshot(path).catch((error: unknown) => {
            if (!(error instanceof DrillError)) throw error;
          });
        }),
        { numRuns: 200 },
      );
    },
  );
});

/** The message, with the path as `FILE`. */
async function refusalOf(bytes: Buffer | string): Promise<string> {
  using folder = temporaryFolder();
  const path = written(folder.path, bytes);
  const error: unknown = await openSnapshot(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DrillError)) throw new Error('it was not refused', { cause: error });
  return error.message.replaceAll(path, 'FILE');
}

function damage(detail: string): string {
  return `The snapshot FILE is damaged: ${detail}. Nothing can be restored from it with certainty: take another copy of it, or another snapshot.`;
}

/** Offsets in the file: the root of its bucket `key`, that one's last leaf, and its last two items. */
function placesOf(bytes: Buffer): Record<'root' | 'leaf' | 'item' | 'itemBefore', number> {
  const { key } = bucketsOf(bytes);
  if (key?.kind !== 'branch') throw new Error('the golden snapshot is too small to have a branch');
  const leaf = key.child(key.count - 1) * pageBytes;
  const last = leaf + 16 + (bytes.readUInt16LE(leaf + 10) - 1) * 16;
  const keyAt = (element: number): number => element + bytes.readUInt32LE(element + 4);
  return { root: key.page * pageBytes, leaf, item: keyAt(last), itemBefore: keyAt(last - 16) };
}

function bucketsOf(bytes: Buffer) {
  using folder = temporaryFolder();
  using file = openSnapshotFile(written(folder.path, bytes));
  const { database } = file;
  return { key: readBuckets(database).get('key'), page: database.meta.root * pageBytes };
}
