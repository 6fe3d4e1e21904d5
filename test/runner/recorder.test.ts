import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHistory } from '../../src/history/read.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { openRecorder } from '../../src/runner/recorder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-recorder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const warning = (message: string): JournalEvent => ({ type: 'warning', t: 1, message });
const lines = (): string[] =>
  readFileSync(join(folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n');

test('an event is in memory, told to the reporter and on disk when write returns', async () => {
  const told: JournalEvent[] = [];
  const recorder = openRecorder(folder, (event) => told.push(event), fail);
  recorder.write(warning('one'));
  expect(recorder.events).toEqual([warning('one')]);
  expect(told).toEqual([warning('one')]);
  expect(lines()).toEqual([JSON.stringify(warning('one'))]);
  recorder.history.operation({
    client: 0,
    member: 'm1',
    invokedMs: 1,
    returnedMs: 2,
    request: { kind: 'put', key: 'k', value: 'v' },
    outcome: { status: 'unknown', error: { code: 14, message: 'gone' } },
  });
  await recorder.history.close();
  recorder.close();
  expect(readHistory(join(folder, 'history.bin')).operationCount).toBe(1);
});

test('time runs forward from the start of the recording', async () => {
  const recorder = openRecorder(folder, () => undefined, fail);
  const first = recorder.nowMs();
  expect(first).toBeGreaterThanOrEqual(0);
  expect(recorder.nowMs()).toBeGreaterThanOrEqual(first);
  await recorder.history.close();
  recorder.close();
});

test('a journal that cannot be written is told of once, throws nothing, and stays without a gap', async () => {
  const failures: unknown[] = [];
  const recorder = openRecorder(
    folder,
    () => undefined,
    (error) => failures.push(error),
  );
  recorder.write(warning('kept'));
  // No journal can hold a bigint: a failing write without a full disk.
  const unwritable = { type: 'metrics', t: 2, member: 'm1', values: { x: 1n } };
  recorder.write(unwritable as unknown as JournalEvent);
  recorder.write(warning('after the gap'));
  expect(failures).toHaveLength(1);
  expect(recorder.events).toHaveLength(3);
  expect(lines()).toEqual([JSON.stringify(warning('kept'))]);
  await recorder.history.close();
  recorder.close();
});

test('a folder that is not there is an error before anything is recorded', () => {
  expect(() => openRecorder(join(folder, 'nowhere'), () => undefined, fail)).toThrow(
    /^Could not create the journal .*ENOENT.*Choose a folder that is new and writable/,
  );
});

function fail(error: unknown): never {
  throw new Error('nothing was to fail', { cause: error });
}
