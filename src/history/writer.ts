import { mkdirSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DrillError, messageOf } from '../errors.ts';
import { blockType, fileHead, packBlock, type BlockType } from './block.ts';
import { ColumnWriter } from './columns.ts';
import type { EpochStart } from './epoch.ts';
import type { HistorySink } from './history.ts';
import type { KeyValue } from './operation.ts';
import {
  epochSchema,
  operationSchema,
  stateSchema,
  watchSchema,
  type BlockSchema,
} from './schema.ts';

/**
 * Records a run's history while it goes on. No method but `close` throws or waits: records go into the
 * columns of a block at once; a block of 4,096 records, 1 MiB of text or one second's age is
 * compressed and written behind the load's back.
 *
 * Memory is bounded whatever the run's length: the open blocks (2 × about 2 MiB) and at most 64 MiB
 * waiting for the disk. A disk that falls further behind, or refuses a write, fails the recording:
 * nothing more is taken, `onError` tells it at once and `close()` throws it.
 */
export interface HistoryWriter extends HistorySink {
  /**
   * Records that a new epoch began with `state`, every key of its keyspace in order. A state that is
   * not known comes empty, with `unknownBecause`.
   */
  beginEpoch(start: EpochStart, state: Iterable<KeyValue>): void;
  /** Writes what is left and the end mark; throws the `DrillError` that failed the recording. */
  close(): Promise<void>;
}

const blockRecords = 4096;
const blockTextBytes = 1 << 20;
const blockAgeMs = 1000;
const waitingBytesLimit = 64 << 20;

/** Creates the file (and its folder), replacing what is there. */
export function openHistoryWriter(
  path: string,
  options: { readonly onError?: (error: DrillError) => void } = {},
): HistoryWriter {
  let waitingBytes = 0;
  let blocks = 0;
  let error: DrillError | undefined;
  let closed = false;

  const fail = (cause: unknown): void => {
    if (error !== undefined) return;
    const hint = 'Free space there or choose another folder with `--output`.';
    error = new DrillError(
      `The history could not be written to ${path}: ${messageOf(cause)}. ${hint}`,
      undefined,
      cause,
    );
    options.onError?.(error);
  };

  let file: FileHandle | undefined;
  let written = create(path).then((created) => (file = created), fail);
  const append = (type: BlockType, records: number, columns: Buffer): void => {
    waitingBytes += columns.byteLength;
    if (waitingBytes > waitingBytesLimit) fail(`the disk is ${waitingBytes} bytes behind the load`);
    blocks += 1;
    written = written.then(() => store(type, records, columns)).catch(fail);
  };
  const store = async (type: BlockType, records: number, columns: Buffer): Promise<void> => {
    if (error === undefined) await file?.appendFile(await packBlock(type, records, columns));
    waitingBytes -= columns.byteLength;
  };

  const operations = openBlock(operationSchema, (records, columns) => {
    append(blockType.operations, records, columns);
  });
  const watches = openBlock(watchSchema, (records, columns) => {
    append(blockType.watch, records, columns);
  });
  const states = openBlock(stateSchema, (records, columns) => {
    append(blockType.state, records, columns);
  });
  const epochs = openBlock(epochSchema, (records, columns) => {
    append(blockType.epoch, records, columns);
  });
  const aging = setInterval(() => {
    operations.flush();
    watches.flush();
  }, blockAgeMs);
  aging.unref();

  return {
    operation: (operation) => {
      if (error === undefined && !closed) operations.add(operation);
    },
    watch: (record) => {
      if (error === undefined && !closed) watches.add(record);
    },
    beginEpoch(start, state) {
      if (error !== undefined || closed) return;
      let keys = 0;
      for (const kv of state) {
        states.add(kv);
        keys += 1;
      }
      states.flush();
      epochs.add({ ...start, keys });
      epochs.flush();
    },
    async close() {
      clearInterval(aging);
      if (!closed) {
        closed = true;
        operations.flush();
        watches.flush();
        append(blockType.end, blocks, Buffer.alloc(0));
        written = written.then(() => file?.close()).catch(fail);
      }
      await written;
      if (error !== undefined) throw error;
    },
  };
}

async function create(path: string): Promise<FileHandle> {
  mkdirSync(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  await file.appendFile(fileHead());
  return file;
}

interface OpenBlock<T> {
  add(record: T): void;
  flush(): void;
}

function openBlock<T>(
  schema: BlockSchema<T>,
  onFull: (records: number, columns: Buffer) => void,
): OpenBlock<T> {
  const columns = new ColumnWriter(schema.columnCount);
  let records = 0;
  const flush = (): void => {
    if (records === 0) return;
    const count = records;
    records = 0;
    onFull(count, columns.take());
  };
  return {
    add(record) {
      schema.codec.write(columns, record);
      records += 1;
      if (records >= blockRecords || columns.textBytes >= blockTextBytes) flush();
    },
    flush,
  };
}
