import { damaged } from '../damaged.ts';

/** A page of a bucket's tree. Its items are views of its bytes. */
export interface BoltNode {
  readonly kind: 'branch' | 'leaf';
  /** 0 for a bucket that lies within its parent's item. */
  readonly page: number;
  /** The page and those it overflows into. */
  readonly pages: number;
  readonly count: number;
  /** Of a branch: the page that holds what comes from the item's key on. */
  child(index: number): number;
  /** Of a leaf. */
  item(index: number): BoltItem;
}

export interface BoltItem {
  readonly key: Buffer;
  readonly value: Buffer;
  /** The value is a bucket of its own. */
  readonly isBucket: boolean;
}

/** `bytes` begins with the page's header. */
export function parseNode(path: string, page: number, pages: number, bytes: Buffer): BoltNode {
  if (bytes.length < headBytes) throw damaged(path, `page ${page} has no header`);
  const flags = bytes.readUInt16LE(8);
  if (flags !== branchFlag && flags !== leafFlag)
    throw damaged(path, `page ${page} is neither branch nor leaf (flags 0x${flags.toString(16)})`);
  const count = bytes.readUInt16LE(10);
  if (headBytes + count * elementBytes > bytes.length)
    throw damaged(path, `page ${page} claims ${count} items, more than fit`);
  return {
    kind: flags === branchFlag ? 'branch' : 'leaf',
    page,
    pages,
    count,
    child: (index) => Number(bytes.readBigUInt64LE(headBytes + index * elementBytes + 8)),
    item(index) {
      const element = headBytes + index * elementBytes;
      const start = element + bytes.readUInt32LE(element + 4);
      const keyEnd = start + bytes.readUInt32LE(element + 8);
      const end = keyEnd + bytes.readUInt32LE(element + 12);
      if (end > bytes.length)
        throw damaged(path, `item ${index} of page ${page} reaches beyond its page`);
      return {
        key: bytes.subarray(start, keyEnd),
        value: bytes.subarray(keyEnd, end),
        isBucket: (bytes.readUInt32LE(element) & bucketFlag) !== 0,
      };
    },
  };
}

const headBytes = 16;
/** Branch and leaf elements have one size. */
const elementBytes = 16;
const branchFlag = 0x01;
const leafFlag = 0x02;
const bucketFlag = 0x01;
