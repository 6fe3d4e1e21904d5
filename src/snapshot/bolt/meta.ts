/** The meta page of a bbolt database: where its tree begins, and how far it reaches. */
export interface Meta {
  readonly pageSize: number;
  /** Page of the root bucket, whose items are the other buckets. */
  readonly root: number;
  /** Pages from this one on are unused: the database is `pageCount * pageSize` bytes. */
  readonly pageCount: number;
  readonly transaction: bigint;
}

/** Bytes at the beginning of a page that hold its meta, its own header included. */
export const metaBytes = 80;

/** `undefined` when the page holds none, or one whose checksum is wrong. */
export function parseMeta(page: Buffer): Meta | undefined {
  if (!beginsLikeMeta(page) || page.length < metaBytes) return undefined;
  if (page.readUInt32LE(20) !== version) return undefined;
  if (page.readBigUInt64LE(72) !== fnv1a(page.subarray(16, 72))) return undefined;
  const pageSize = page.readUInt32LE(24);
  if (!pageSizes.includes(pageSize)) return undefined;
  return {
    pageSize,
    root: Number(page.readBigUInt64LE(32)),
    pageCount: Number(page.readBigUInt64LE(56)),
    transaction: page.readBigUInt64LE(64),
  };
}

export function beginsLikeMeta(page: Buffer): boolean {
  return page.length >= 20 && page.readUInt32LE(16) === magic;
}

const magic = 0xed0cdaed;
const version = 2;

/** The second meta page stands one page in: at one of these when the first one is unreadable. */
export const pageSizes: readonly number[] = Array.from({ length: 8 }, (_, power) => 512 << power);

function fnv1a(bytes: Buffer): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
