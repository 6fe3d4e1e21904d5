import { expect, test } from 'vitest';
import { backupsComplete } from '../../src/assertions/backups-complete.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import type { Operation, WatchRecord } from '../../src/history/operation.ts';
import { runOf } from '../fixtures/run-builder.ts';

const { judge } = backupsComplete();

type Row = readonly [key: string, value: string, modRevision: number];

/** A backup of m2, begun 2 s into the run. */
const backup = (revision: number, rows: readonly Row[]): JournalEvent => ({
  type: 'observation',
  t: 3000,
  name: 'backup',
  member: 'm2',
  data: { beganMs: 2000, revision, contents: JSON.stringify(rows) },
});
const refused: JournalEvent = {
  type: 'observation',
  t: 4000,
  name: 'backup-refused',
  member: 'm3',
  data: { beganMs: 3500, reason: 'm3 lags' },
};

const put = (key: string, value: string, revision: number, returnedMs: number): Operation => ({
  client: 1,
  member: 'm1',
  invokedMs: returnedMs - 10,
  returnedMs,
  request: { kind: 'put', key, value },
  outcome: { status: 'ok', result: { kind: 'put', revision } },
});
/** a = 1 at revision 2, b = 2 at 3, both before the backup; a = 3 at 4, after it was begun. */
const operations = [put('a', '1', 2, 1000), put('b', '2', 3, 1500), put('a', '3', 4, 2500)];
const watch: WatchRecord[] = [
  {
    stream: 's1',
    member: 'm1',
    receivedMs: 10,
    kind: 'created',
    request: { key: '\0', end: '\0', startRevision: 1 },
    watchId: '0',
    revision: 1,
    events: [],
  },
  {
    stream: 's1',
    member: 'm1',
    receivedMs: 2600,
    kind: 'events',
    watchId: '0',
    revision: 4,
    events: operations.map(({ request, outcome }) => {
      if (request.kind !== 'put' || outcome.status !== 'ok') throw new Error('not a put');
      const { revision } = outcome.result;
      const { key, value } = request;
      return {
        type: 'put',
        kv: { key, value, createRevision: 2, modRevision: revision, version: 1 },
      };
    }),
  },
];
const whole: Row[] = [
  ['a', '1', 2],
  ['b', '2', 3],
];

test('held: all that was acknowledged before, as the watchers saw it', () => {
  const events = [backup(3, whole), refused];
  expect(judge(runOf({ events, operations, watch }))).toMatchObject({
    status: 'held',
    summary: '1 backup with 2 keys in all, each with everything acknowledged before it; 1 refused',
    counts: { backups: 1, refused: 1, keys: 2 },
  });
});

test('held: what was written after it was begun may be in it', () => {
  const rows: Row[] = [
    ['a', '3', 4],
    ['b', '2', 3],
  ];
  const events = [backup(4, rows)];
  expect(judge(runOf({ events, operations, watch }))).toMatchObject({ status: 'held' });
});

test('violated: it ends before a write that was acknowledged', () => {
  const events = [backup(2, [['a', '1', 2]])];
  expect(judge(runOf({ events, operations, watch }))).toMatchObject({
    status: 'violated',
    summary:
      'the backup of m2 ends at revision 2 and lacks 1 write acknowledged before it was begun, such as put #1 of client 1 (key "b", acknowledged at revision 3 by m1)',
    violations: [{ operations: [1] }],
  });
});

test.each<[string, Row[], string]>([
  [
    'a value differs',
    [
      ['a', 'X', 2],
      ['b', '2', 3],
    ],
    'shows it as written at revision 2',
  ],
  ['a key is missing', [['a', '1', 2]], 'shows no such key'],
  ['a key is too many', [...whole, ['c', '9', 3]], 'no watcher ever saw it written'],
])('violated: %s', (_what, rows, why) => {
  // prettier-ignore
  const verdict = judge(runOf({ events: [backup(3, rows)], operations, watch }));
  expect(verdict).toMatchObject({ status: 'violated', violations: [{}] });
  expect(verdict.summary).toContain(why);
});

test('inconclusive: no watcher saw all that led there', () => {
  expect(judge(runOf({ events: [backup(3, whole)], operations }))).toMatchObject({
    status: 'inconclusive',
    summary:
      'the backup of m2 at revision 3 has nothing to be compared with: no watcher saw all that led there',
  });
});

test('inconclusive: every backup that was asked for was refused', () => {
  const events = [refused, { ...refused, t: 5000 }];
  expect(judge(runOf({ events, operations, watch }))).toMatchObject({
    status: 'inconclusive',
    summary: 'every backup that was asked for was refused (2)',
    counts: { backups: 0, refused: 2, keys: 0 },
  });
});

test('not exercised: no backup was asked for', () => {
  expect(judge(runOf({ operations, watch }))).toMatchObject({
    status: 'not-exercised',
    summary: 'no backup was asked for',
  });
});
