import { expect, test } from 'vitest';
import { covers, eventLog } from '../../../src/assertions/evidence/event-log.ts';
import type { WatchRecord } from '../../../src/history/operation.ts';
import { putEvent, stream } from '../../fixtures/run-builder.ts';

const logOf = (watch: readonly WatchRecord[]) => eventLog(watch);

test('the streams of all members are merged, each event once', () => {
  const log = logOf([
    ...stream('m1', [putEvent('a', 2), putEvent('b', 3)]),
    ...stream('m2', [putEvent('a', 2), putEvent('b', 3), putEvent('c', 4)]),
  ]);
  expect([...log.events]).toEqual([
    [2, [putEvent('a', 2)]],
    [3, [putEvent('b', 3)]],
    [4, [putEvent('c', 4)]],
  ]);
  expect(log.covered).toEqual([{ from: 1, through: 4 }]);
  expect(log.contradictions).toEqual([]);
});

test('streams that overlap cover together, others leave a hole', () => {
  const first = stream('m1', [putEvent('a', 2)], { progress: 5 });
  const second = stream('m2', [putEvent('b', 8)], { from: 6 });
  const third = stream('m3', [putEvent('c', 12)], { from: 12 });
  const log = logOf([...third, ...first, ...second]);
  expect(log.covered).toEqual([
    { from: 1, through: 8 },
    { from: 12, through: 12 },
  ]);
  expect([covers(log, 8), covers(log, 9), covers(log, 12)]).toEqual([true, false, true]);
});

test('a stream over some keys proves nothing about the others', () => {
  const partial = stream('m1', [putEvent('a', 2)]).map((record) =>
    record.kind === 'created' ? { ...record, request: { key: 'a' } } : record,
  );
  expect(logOf(partial).covered).toEqual([]);
});

test('a stream without a start begins after its creation', () => {
  const now = stream('m1', [putEvent('a', 9)]).map((record) =>
    record.kind === 'created'
      ? { ...record, revision: 7, request: { key: '\0', end: '\0' } }
      : record,
  );
  expect(logOf(now).covered).toEqual([{ from: 8, through: 9 }]);
});

test('an unfinished response does not cover its last revision', () => {
  const cut = stream('m1', [putEvent('a', 2), putEvent('b', 3)]).map((record) =>
    record.kind === 'events' ? { ...record, fragment: true } : record,
  );
  expect(logOf(cut).covered).toEqual([{ from: 1, through: 2 }]);
});
