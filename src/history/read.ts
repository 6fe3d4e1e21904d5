import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DrillError } from '../errors.ts';
import {
  blockHeadBytes,
  blockType,
  fileHeadBytes,
  historyVersion,
  isIntact,
  parseBlockHead,
  readableVersions,
  unpackColumns,
  versionOf,
  type BlockHead,
} from './block.ts';
import { ColumnReader } from './columns.ts';
import type { RecordedEpochStart } from './epoch.ts';
import type { History } from './history.ts';
import {
  epochSchema,
  operationSchema,
  stateSchema,
  watchSchema,
  type BlockSchema,
} from './schema.ts';

/**
 * Opens a recorded history. Every block's checksum is verified here, so iterating later does not
 * fail half-way; it holds one block (a few MiB) at a time. A file that was cut off, or is damaged
 * from some point on, serves what comes before it and says so in `cut`.
 */
export function readHistory(path: string): History {
  const { blocks, cut } = withFile(path, (file) => findBlocks(path, file));
  const countOf = (type: number): number =>
    blocks.reduce((sum, { head }) => sum + (head.type === type ? head.records : 0), 0);
  return {
    operationCount: countOf(blockType.operations),
    watchRecordCount: countOf(blockType.watch),
    epochStarts: epochStarts(path, blocks),
    ...(cut === undefined ? {} : { cut }),
    operations: () => records(path, blocks, blockType.operations, operationSchema),
    watchRecords: () => records(path, blocks, blockType.watch, watchSchema),
  };
}

/** Each beginning with the state that lies in the blocks before it. */
function epochStarts(path: string, blocks: readonly BlockPlace[]): RecordedEpochStart[] {
  const starts: RecordedEpochStart[] = [];
  let state: BlockPlace[] = [];
  for (const block of blocks) {
    if (block.head.type === blockType.state) state.push(block);
    if (block.head.type !== blockType.epoch) continue;
    const places = state;
    state = [];
    for (const { keys: _, ...start } of records(path, [block], blockType.epoch, epochSchema)) {
      starts.push({ ...start, state: () => records(path, places, blockType.state, stateSchema) });
    }
  }
  return starts;
}

interface BlockPlace {
  readonly head: BlockHead;
  /** Of its compressed columns, in the file. */
  readonly offset: number;
}

function findBlocks(path: string, file: number): { blocks: BlockPlace[]; cut?: string } {
  checkVersion(path, readAt(file, 0, fileHeadBytes));
  const { size } = fstatSync(file);
  const blocks: BlockPlace[] = [];
  let offset = fileHeadBytes;
  while (true) {
    const headBytes = readAt(file, offset, blockHeadBytes);
    if (headBytes.byteLength === 0) return { blocks, cut: unended(offset) };
    if (headBytes.byteLength < blockHeadBytes) return { blocks, cut: broken(offset, size) };
    const head = parseBlockHead(headBytes);
    const place = offset + blockHeadBytes;
    const stored = place + head.storedBytes <= size ? readAt(file, place, head.storedBytes) : none;
    if (stored.byteLength < head.storedBytes || !isIntact(headBytes, stored)) {
      return { blocks, cut: broken(offset, size) };
    }
    if (head.type === blockType.end) return { blocks };
    blocks.push({ head, offset: place });
    offset = place + head.storedBytes;
  }
}

const none = Buffer.alloc(0);

function unended(offset: number): string {
  return `The history ends after ${offset} bytes without its end mark: the run died while recording.`;
}

function broken(offset: number, size: number): string {
  return `The history is cut off or damaged ${offset} bytes in; the last ${size - offset} bytes are left out.`;
}

function* records<T>(
  path: string,
  blocks: readonly BlockPlace[],
  type: number,
  schema: BlockSchema<T>,
): Generator<T, void> {
  const file = openSync(path, 'r');
  try {
    for (const { head, offset } of blocks) {
      if (head.type !== type) continue;
      const columns = unpackColumns(head, readAt(file, offset, head.storedBytes));
      const reader = new ColumnReader(schema.columnCount, columns);
      for (let left = head.records; left > 0; left--) yield schema.codec.read(reader);
    }
  } finally {
    closeSync(file);
  }
}

function checkVersion(path: string, head: Buffer): void {
  const version = versionOf(head);
  if (version !== undefined && readableVersions.includes(version)) return;
  if (version === undefined) {
    throw new DrillError(`${path} is no history of drill. Name a run's folder or its history.bin.`);
  }
  throw new DrillError(
    `${path} is a history of version ${version}; this drill reads versions up to ${historyVersion}. Use the drill that recorded it.`,
  );
}

function withFile<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, 'r');
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

/** Up to `length` bytes; fewer at the end of the file. */
function readAt(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const count = readSync(file, bytes, read, length - read, offset + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}
