import { mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation, WatchRecord } from '../../src/history/operation.ts';
import { readHistory } from '../../src/history/read.ts';
import { openHistoryWriter } from '../../src/history/writer.ts';
import { operation, watchRecord } from './arbitrary.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-history-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function record(
  name: string,
  operations: readonly Operation[],
  watches: readonly WatchRecord[] = [],
): Promise<string> {
  const path = join(folder, name);
  const writer = openHistoryWriter(path);
  for (const item of operations) writer.operation(item);
  for (const item of watches) writer.watch(item);
  await writer.close();
  return path;
}

function puts(count: number): Operation[] {
  return Array.from({ length: count }, (_, index) => ({
    client: index % 10,
    member: 'm1',
    invokedMs: index,
    returnedMs: index + 0.5,
    request: { kind: 'put', key: `k${index % 7}`, value: `v${index}` },
    outcome: { status: 'ok', result: { kind: 'put', revision: index + 2 } },
  }));
}

test('every field of every record comes back', async () => {
  const histories = fc.tuple(fc.array(operation), fc.array(watchRecord));
  await fc.assert(
    fc.asyncProperty(histories, async ([operations, watches]) => {
      const read = readHistory(await record('property.bin', operations, watches));
      expect([...read.operations()]).toEqual(operations);
      expect([...read.watchRecords()]).toEqual(watches);
      expect(read.operationCount).toBe(operations.length);
      expect(read.watchRecordCount).toBe(watches.length);
      expect(read.cut).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test('order and count survive many blocks, and iterating twice reads twice', async () => {
  const operations = puts(20_000);
  const read = readHistory(await record('blocks.bin', operations));
  expect(read.operationCount).toBe(20_000);
  expect([...read.operations()]).toEqual(operations);
  expect([...read.operations()].length).toBe(20_000);
});

test('a lone surrogate reads as it went over the wire', async () => {
  const [first] = puts(1);
  if (first === undefined) throw new Error('no operation');
  const request = { kind: 'put', key: 'k', value: 'a\ud800b' } as const;
  const read = readHistory(await record('surrogate.bin', [{ ...first, request }]));
  expect([...read.operations()][0]?.request).toEqual({ kind: 'put', key: 'k', value: 'a\ufffdb' });
});

test('an epoch begins with its state, read from as many blocks as it took', async () => {
  const path = join(folder, 'epochs.bin');
  const writer = openHistoryWriter(path);
  const state = Array.from({ length: 9000 }, (_, index) => ({
    key: `k${String(index).padStart(5, '0')}`,
    value: `v${index}`,
    createRevision: index + 2,
    modRevision: index + 2,
    version: 1,
  }));
  const restored = { kind: 'restore', startedMs: 12.5, restoredRevision: 9001 } as const;
  const forced = {
    kind: 'force-new-cluster',
    startedMs: 20,
    restoredRevision: 9100,
    compactRevision: 9050,
    unknownBecause: 'nobody answered',
  } as const;
  writer.beginEpoch({ ...restored, bumpedTo: 1_000_009_001 }, state);
  for (const item of puts(3)) writer.operation(item);
  writer.beginEpoch(forced, []);
  await writer.close();

  const { epochStarts = [], operationCount, cut } = readHistory(path);
  expect([operationCount, cut]).toEqual([3, undefined]);
  expect(epochStarts).toMatchObject([{ ...restored, bumpedTo: 1_000_009_001 }, forced]);
  expect([...(epochStarts[0]?.state() ?? [])]).toEqual(state);
  expect([...(epochStarts[1]?.state() ?? [])]).toEqual([]);
});

test('a history of version 1, which had no epochs, still reads', async () => {
  const path = await record('version-1.bin', puts(10));
  const file = await readFile(path);
  file.writeUInt32LE(1, 8);
  await writeFile(path, file);
  expect([...readHistory(path).operations()]).toEqual(puts(10));
});

describe('a run that died while recording', () => {
  test('without its end mark it serves everything and says so', async () => {
    const path = await record('unended.bin', puts(5000));
    const { size } = await stat(path);
    await truncate(path, size - endBytes);
    const read = readHistory(path);
    expect([...read.operations()].length).toBe(5000);
    expect(read.cut).toBe(
      `The history ends after ${size - endBytes} bytes without its end mark: the run died while recording.`,
    );
  });

  test.each([0, 1, 19, 20, 500])(
    'cut %i bytes into its second block it serves the first',
    async (kept) => {
      const path = await record('cut.bin', puts(5000));
      const file = await readFile(path);
      const second = 12 + 20 + file.readUInt32LE(12 + 8);
      await truncate(path, second + kept);
      const read = readHistory(path);
      expect([...read.operations()]).toEqual(puts(4096));
      expect(read.cut).toContain(
        kept === 0 ? 'without its end mark' : `the last ${kept} bytes are left out`,
      );
    },
  );

  test('a flipped bit is found by the checksum', async () => {
    const path = await record('flipped.bin', puts(5000));
    const file = await readFile(path);
    const second = 12 + 20 + file.readUInt32LE(12 + 8);
    file[second + 30] = (file[second + 30] ?? 0) ^ 1;
    await writeFile(path, file);
    const read = readHistory(path);
    expect(read.operationCount).toBe(4096);
    expect(read.cut).toBe(
      `The history is cut off or damaged ${second} bytes in; the last ${file.byteLength - second} bytes are left out.`,
    );
  });
});

describe('what is no history', () => {
  test('another file is refused', async () => {
    const path = join(folder, 'other.bin');
    await writeFile(path, 'something else entirely');
    expect(() => readHistory(path)).toThrow(
      `${path} is no history of drill. Name a run's folder or its history.bin.`,
    );
  });

  test('an empty file is refused', async () => {
    const path = join(folder, 'empty.bin');
    await writeFile(path, '');
    expect(() => readHistory(path)).toThrow(`${path} is no history of drill.`);
  });

  test('a newer version is refused by number', async () => {
    const path = await record('newer.bin', []);
    const file = await open(path, 'r+');
    await file.write(Buffer.from([9, 0, 0, 0]), 0, 4, 8);
    await file.close();
    expect(() => readHistory(path)).toThrow(
      `${path} is a history of version 9; this drill reads versions up to 2. Use the drill that recorded it.`,
    );
  });
});

describe('a disk that refuses', () => {
  test('is told at once and thrown by close', async () => {
    const told: string[] = [];
    const writer = openHistoryWriter('/dev/full', { onError: (error) => told.push(error.message) });
    for (const item of puts(10)) writer.operation(item);
    const message =
      'The history could not be written to /dev/full: ENOSPC: no space left on device, write. ' +
      'Free space there or choose another folder with `--output`.';
    await expect(writer.close()).rejects.toThrow(message);
    expect(told).toEqual([message]);
  });

  test('a folder that cannot be made fails the recording, not the caller', async () => {
    const writer = openHistoryWriter('/dev/null/run/history.bin');
    writer.operation(puts(1)[0] as Operation);
    await expect(writer.close()).rejects.toThrow(
      'The history could not be written to /dev/null/run/history.bin',
    );
  });
});

/** The end mark: a head and what zstd makes of nothing. */
const endBytes = 29;
