import { expect, test } from 'vitest';
import { judgeHistory } from '../../src/checker/judge.ts';
import type { Operation, WatchRecord } from '../../src/history/operation.ts';
import { deleteEvent, notOk, ok, putEvent, stream } from '../fixtures/run-builder.ts';
import { ample } from './support/budget.ts';

const lease = '77';
const attached: Operation = ok(
  { kind: 'put', key: 'a', value: 'value-2', lease },
  { kind: 'put', revision: 2 },
  { at: 10 },
);
const watched = (last: WatchRecord['events'][number]): WatchRecord[] => {
  const put = { type: 'put', kv: { ...kvOf(putEvent('a', 2)), lease } } as const;
  return stream('m1', [put, last]);
};
const kvOf = (event: WatchRecord['events'][number]) => {
  if (event.type !== 'put') throw new Error('no put');
  return event.kv;
};

function countsOf(operations: readonly Operation[], watchRecords: readonly WatchRecord[]) {
  const results = judgeHistory({ operations, watchRecords }, ample());
  const result = results.find(({ property }) => property === 'kv.linearizable');
  expect(result?.state).toBe('legal');
  return result?.counts;
}

test('an acknowledged revoke that made a revision is no operation of unknown outcome', () => {
  const revoke = ok(
    { kind: 'lease-revoke', lease },
    { kind: 'lease-revoke', revision: 3 },
    { at: 20 },
  );
  expect(countsOf([attached, revoke], watched(deleteEvent('a', 3)))).toMatchObject({
    unknownResolved: 0,
    unknownOpen: 0,
  });
});

test('a delete of unknown outcome that a watcher saw is resolved, another stays open', () => {
  const remove = notOk('unknown', { kind: 'delete', key: 'a' }, { at: 20 });
  const other = notOk('unknown', { kind: 'delete', key: 'b' }, { at: 21 });
  expect(countsOf([attached, remove, other], watched(deleteEvent('a', 3)))).toMatchObject({
    unknownResolved: 1,
    unknownOpen: 1,
  });
});
