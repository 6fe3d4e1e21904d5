import { constants, crc32, zstdCompress, zstdDecompressSync } from 'node:zlib';
import { promisify } from 'node:util';

/**
 * The history file: a head (`drillhst` and the version in four bytes), then blocks. A block is a
 * head of 20 bytes and its columns, compressed with zstd; all numbers are little-endian:
 *
 * | byte | field |
 * |---|---|
 * | 0 | type: 1 operations, 2 watch records, 3 the end, 4 an epoch's state, 5 an epoch's beginning |
 * | 4 | records in it (in the end block: blocks before it) |
 * | 8 | bytes of the compressed columns that follow |
 * | 12 | bytes of the columns uncompressed |
 * | 16 | CRC-32 of the 16 bytes before and of the compressed columns |
 *
 * An epoch's state comes in as many blocks as it takes, its beginning right after them.
 *
 * The version is raised whenever a reader of the old one would misread the new. Version 1 had no
 * epochs, and reads as before.
 */
export const historyVersion = 2;
export const readableVersions: readonly number[] = [1, historyVersion];

export const blockType = { operations: 1, watch: 2, end: 3, state: 4, epoch: 5 } as const;
export type BlockType = (typeof blockType)[keyof typeof blockType];

export const fileHeadBytes = 12;
export const blockHeadBytes = 20;

export interface BlockHead {
  readonly type: number;
  readonly records: number;
  readonly storedBytes: number;
  readonly columnBytes: number;
}

export function fileHead(): Buffer {
  const head = Buffer.alloc(fileHeadBytes);
  head.write(magic, 'latin1');
  head.writeUInt32LE(historyVersion, magic.length);
  return head;
}

/** The version in a file's head; undefined when it is no history. */
export function versionOf(head: Buffer): number | undefined {
  if (head.byteLength < fileHeadBytes) return undefined;
  if (head.toString('latin1', 0, magic.length) !== magic) return undefined;
  return head.readUInt32LE(magic.length);
}

/** Compresses columns to a whole block, on another thread. */
export async function packBlock(
  type: BlockType,
  records: number,
  columns: Buffer,
): Promise<Buffer> {
  const stored = await compress(columns, { params: fastest });
  const head = Buffer.alloc(blockHeadBytes);
  head.writeUInt8(type, 0);
  head.writeUInt32LE(records, 4);
  head.writeUInt32LE(stored.byteLength, 8);
  head.writeUInt32LE(columns.byteLength, 12);
  head.writeUInt32LE(checksum(head, stored), checksumOffset);
  return Buffer.concat([head, stored]);
}

export function parseBlockHead(head: Buffer): BlockHead {
  return {
    type: head.readUInt8(0),
    records: head.readUInt32LE(4),
    storedBytes: head.readUInt32LE(8),
    columnBytes: head.readUInt32LE(12),
  };
}

export function isIntact(head: Buffer, stored: Buffer): boolean {
  return head.readUInt32LE(checksumOffset) === checksum(head, stored);
}

export function unpackColumns(head: BlockHead, stored: Buffer): Buffer {
  return zstdDecompressSync(stored, { maxOutputLength: Math.max(head.columnBytes, 1) });
}

const magic = 'drillhst';
const checksumOffset = 16;
const compress = promisify(zstdCompress);
const fastest = { [constants.ZSTD_c_compressionLevel]: 1 };

function checksum(head: Buffer, stored: Buffer): number {
  return crc32(stored, crc32(head.subarray(0, checksumOffset)));
}
