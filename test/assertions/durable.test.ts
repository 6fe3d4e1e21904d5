import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { durable } from '../../src/assertions/durable.ts';
import type { Operation, WatchEvent, WatchRecord } from '../../src/history/operation.ts';
import {
  deleteEvent,
  finalRead,
  keyValue,
  notOk,
  ok,
  put,
  putEvent,
  runOf,
  stream,
} from '../fixtures/run-builder.ts';

const judge = durable().judge;
const aPut = { kind: 'put', key: 'k/9', value: 'unsure' } as const;

/** Puts of k/2 … k/`last`, each at the revision of its name. */
const puts = (last: number): Operation[] =>
  revisions(last).map((revision) => put(`k/${revision}`, revision, { at: revision }));
const events = (last: number): WatchEvent[] =>
  revisions(last).map((revision) => putEvent(`k/${revision}`, revision));
const values = (last: number) =>
  revisions(last).map((revision) => keyValue(`k/${revision}`, revision));
const revisions = (last: number) => Array.from({ length: last - 1 }, (_, index) => index + 2);

/** One page of a read of every key at revision 4. */
const page = (
  key: string,
  kvs: readonly ReturnType<typeof keyValue>[],
  count: number,
  at: number,
) =>
  ok(
    { kind: 'range', key, end: '\0', ...(key === '\0' ? {} : { revision: 4 }) },
    { kind: 'range', revision: 4, kvs, count },
    { at },
  );

describe('held', () => {
  test('every write is where it was acknowledged', () => {
    const run = runOf({
      operations: [...puts(100), finalRead(values(100), 100)],
      watch: [...stream('m1', events(100)), ...stream('m2', events(60))],
    });
    expect(judge(run)).toEqual({
      assertion: 'durable',
      title: 'Every acknowledged write is present at the end, at its revision',
      status: 'held',
      summary: '99 acknowledged writes, none lost; of 0 with unknown outcome 0 were executed',
      counts: { writes: 99, lost: 0, undecided: 0, unknown: 0, unknownExecuted: 0, failed: 0 },
      measurements: [
        {
          name: 'rpo.writes',
          label: 'RPO: acknowledged writes lost',
          value: 0,
          unit: 'count',
          bound: 0,
        },
      ],
    });
  });

  test('deletes, transactions and writes of unknown outcome', () => {
    const remove = { kind: 'delete', key: 'k/', end: 'k0' } as const;
    const operations = [
      ...puts(3),
      ok(remove, { kind: 'delete', revision: 4, deleted: 2 }, { at: 10 }),
      ok({ ...remove, key: 'none' }, { kind: 'delete', revision: 4, deleted: 0 }, { at: 11 }),
      ok(
        {
          kind: 'txn',
          compare: [],
          success: [{ kind: 'put', key: 'a', value: 'x' }],
          failure: [{ kind: 'put', key: 'a', value: 'y' }],
        },
        { kind: 'txn', revision: 5, succeeded: false, results: [{ kind: 'put', revision: 5 }] },
        { at: 12 },
      ),
      notOk('unknown', aPut, { at: 13 }),
      notOk('unknown', { ...aPut, value: 'never seen' }, { at: 14 }),
      finalRead([keyValue('a', 5, 'y'), keyValue('k/9', 6, 'unsure')], 6),
    ];
    const log = [
      ...events(3),
      deleteEvent('k/2', 4),
      deleteEvent('k/3', 4),
      putEvent('a', 5, 'y'),
      putEvent('k/9', 6, 'unsure'),
    ];
    expect(judge(runOf({ operations, watch: stream('m1', log) }))).toMatchObject({
      status: 'held',
      summary: '4 acknowledged writes, none lost; of 2 with unknown outcome 1 were executed',
    });
  });

  test('a final read in pages, among those of another member, and a stream that only progress shows to be complete', () => {
    const operations = [
      ...puts(4),
      page('\0', values(3), 3, 30_000),
      { ...page('\0', values(3), 3, 30_050), member: 'm2' },
      page('k/3\0', values(4).slice(2), 1, 30_100),
    ];
    const watch = stream('m1', events(4), { progress: 4 });
    expect(judge(runOf({ operations, watch })).status).toBe('held');
  });
});

describe('violated', () => {
  test('exactly one lost write, by name', () => {
    const lost = put('k/17', 50, { at: 50, client: 7 }, 'precious');
    const operations = puts(100).map((operation) =>
      operation.invokedMs === 50 ? lost : operation,
    );
    const run = runOf({
      operations: [...operations, finalRead(values(100), 100)],
      watch: stream('m1', events(100)),
    });
    expect(judge(run)).toMatchObject({
      status: 'violated',
      counts: { writes: 99, lost: 1 },
      violations: [
        {
          message:
            'put #48 of client 7 (key "k/17", acknowledged at revision 50 by m1) is missing: revision 50 holds a put of "k/50" = "value-50"',
          operations: [48],
        },
      ],
      measurements: [{ name: 'rpo.writes', value: 1, bound: 0 }],
    });
  });

  test('a revision that no watcher saw', () => {
    const log = events(10).filter((_, index) => index !== 3);
    const kvs = values(10).filter((_, index) => index !== 3);
    const run = runOf({ operations: [...puts(10), finalRead(kvs, 10)], watch: stream('m1', log) });
    expect(judge(run)).toMatchObject({
      status: 'violated',
      summary:
        'put #3 of client 1 (key "k/5", acknowledged at revision 5 by m1) is missing: no watcher saw anything at revision 5',
    });
  });

  test('a write that the watchers saw and the final read does not', () => {
    const run = runOf({
      operations: [...puts(5), finalRead(values(4), 5)],
      watch: stream('m1', events(5)),
    });
    expect(judge(run)).toMatchObject({
      status: 'violated',
      counts: { lost: 1 },
      violations: [
        {
          message:
            'put #3 of client 1 (key "k/5", acknowledged at revision 5 by m1) is missing: the last the watchers saw of key "k/5" is a put of "k/5" = "value-5" at revision 5, but the final read through m1, at revision 5, shows no such key',
        },
      ],
    });
  });

  test('a write that is missing from one member only', () => {
    const onTwo = { ...finalRead(values(4), 5, 30_000), member: 'm2' };
    const run = runOf({
      operations: [...puts(5), onTwo, finalRead(values(5), 5, 30_001)],
      watch: stream('m1', events(5)),
    });
    expect(judge(run)).toMatchObject({
      status: 'violated',
      counts: { lost: 1 },
      summary:
        'put #3 of client 1 (key "k/5", acknowledged at revision 5 by m1) is missing: the last the watchers saw of key "k/5" is a put of "k/5" = "value-5" at revision 5, but the final read through m2, at revision 5, shows no such key',
    });
  });

  test('without watchers: the final read is from before the write', () => {
    const run = runOf({ operations: [...puts(5), finalRead(values(4), 4)] });
    expect(judge(run)).toMatchObject({
      status: 'violated',
      summary:
        'put #3 of client 1 (key "k/5", acknowledged at revision 5 by m1) is missing: the final read through m1 is only at revision 4',
    });
  });

  test('without watchers: the final read shows an older value', () => {
    const operations = [put('k/2', 2, { at: 2 }), put('k/2', 3, { at: 3 })];
    const run = runOf({ operations: [...operations, finalRead([keyValue('k/2', 2)], 7)] });
    expect(judge(run)).toMatchObject({
      status: 'violated',
      summary:
        'put #1 of client 1 (key "k/2", acknowledged at revision 3 by m1) is missing: the final read through m1, at revision 7, shows key "k/2" as written at revision 2',
    });
  });

  test('a deleted key that is there again', () => {
    const request = { kind: 'delete', key: 'k/2' } as const;
    const remove = ok(request, { kind: 'delete', revision: 3, deleted: 1 }, { at: 9 });
    const run = runOf({
      operations: [...puts(2), remove, finalRead(values(2), 3)],
      watch: stream('m1', [...events(2), deleteEvent('k/2', 3)]),
    });
    expect(judge(run)).toMatchObject({
      status: 'violated',
      summary:
        'delete #1 of client 1 (key "k/2", acknowledged at revision 3 by m1) is missing: the last the watchers saw of key "k/2" is a delete of "k/2" at revision 3, but the final read through m1, at revision 3, shows it as written at revision 2',
    });
  });

  test('a refused write that was executed', () => {
    const run = runOf({
      operations: [
        ...puts(2),
        notOk('failed', aPut, { at: 9 }),
        finalRead([...values(2), keyValue('k/9', 3, 'unsure')], 3),
      ],
      watch: stream('m1', [...events(2), putEvent('k/9', 3, 'unsure')]),
    });
    expect(judge(run)).toMatchObject({
      status: 'violated',
      counts: { lost: 0, failed: 1 },
      violations: [
        {
          message:
            'put #1 of client 1 (key "k/9", refused by m1) was executed all the same, at revision 3',
          operations: [1],
        },
      ],
    });
  });

  test('two members that saw different things', () => {
    const run = runOf({
      operations: [...puts(3), finalRead(values(3), 3)],
      watch: [
        ...stream('m1', events(3)),
        ...stream('m2', [putEvent('k/2', 2), putEvent('k/3', 3, 'other')]),
      ],
    });
    expect(judge(run)).toMatchObject({
      status: 'violated',
      summary:
        'members differ at revision 3: the watch on m2 saw a put of "k/3" = "other", another a put of "k/3" = "value-3"',
    });
  });

  test('a key that nobody saw written', () => {
    const run = runOf({
      operations: [...puts(2), finalRead([...values(2), keyValue('ghost', 2)], 2)],
      watch: stream('m1', events(2)),
    });
    expect(judge(run)).toMatchObject({ status: 'violated' });
  });

  test('more than can be read are counted, not listed', () => {
    const run = runOf({ operations: [...puts(251), finalRead([], 1)] });
    const verdict = judge(run);
    expect(verdict).toMatchObject({ status: 'violated', counts: { lost: 250 } });
    if (verdict.status !== 'violated') return;
    expect(verdict.violations).toHaveLength(101);
    expect(verdict.violations.at(-1)).toEqual({ message: '150 more violations not listed' });
  });
});

describe('inconclusive', () => {
  test('the load acknowledged nothing', () => {
    const operations = [notOk('unknown', aPut, { at: 9 }), finalRead([], 1)];
    expect(judge(runOf({ operations, watch: stream('m1', []) }))).toMatchObject({
      status: 'inconclusive',
      summary: 'the load had no write acknowledged, so nothing could be lost',
      measurements: [],
    });
  });

  test('no final read', () => {
    expect(judge(runOf({ operations: puts(5), watch: stream('m1', events(5)) }))).toMatchObject({
      status: 'inconclusive',
      summary: 'the whole keyspace was not read at the end',
    });
  });

  test('the final read came before the last writes', () => {
    const operations = [...puts(5), finalRead(values(5), 5, 4)];
    expect(judge(runOf({ operations, watch: stream('m1', events(5)) }))).toMatchObject({
      status: 'inconclusive',
      summary: 'the final read of the keyspace began before 4 writes had been acknowledged',
    });
  });

  test('a write that the final read may have missed, and no watcher', () => {
    const operations = [...puts(5), finalRead(values(4), 4, 4)];
    expect(judge(runOf({ operations })).status).toBe('inconclusive');
  });

  test('overwritten keys at revisions that no watcher covers', () => {
    const operations = [put('k', 2, { at: 2 }), put('k', 3, { at: 3 }), put('k', 4, { at: 4 })];
    const watch = stream('m1', [putEvent('k', 4)], { from: 4 });
    const run = runOf({ operations: [...operations, finalRead([keyValue('k', 4)], 4)], watch });
    expect(judge(run)).toMatchObject({
      status: 'inconclusive',
      summary:
        '2 acknowledged writes can neither be found nor missed: the watchers cover revisions 4 to 4 only',
    });
  });

  test('no watcher, though every value is there', () => {
    expect(judge(runOf({ operations: [...puts(5), finalRead(values(5), 5)] }))).toMatchObject({
      status: 'inconclusive',
      summary:
        'the final read at revision 5 has nothing to be compared with: the watchers cover no revision',
    });
  });
});

describe("the checker's golden histories", () => {
  const golden = (name: string) => {
    const path = join(import.meta.dirname, '../golden', `${name}.json`);
    const { operations, watchRecords } = JSON.parse(readFileSync(path, 'utf8')) as {
      operations: Operation[];
      watchRecords: WatchRecord[];
    };
    return judge(runOf({ operations, watch: watchRecords }));
  };

  test('a power loss took an acknowledged write: its revision was used again', () => {
    const verdict = golden('lost-write');
    if (verdict.status !== 'violated') throw new Error(verdict.status);
    expect(verdict.violations[0]).toMatchObject({
      message: expect.stringMatching(/^put #1 of client 2 \(key "b".*is missing: /),
      operations: [1],
    });
  });

  test('nothing is lost in a sound one, which only lacks the final read', () => {
    expect(golden('sound')).toMatchObject({
      status: 'inconclusive',
      summary: 'the whole keyspace was not read at the end',
      counts: { lost: 0 },
    });
  });
});
