import { describe, expect, test } from 'vitest';
import { type AllowedLoss, durable } from '../../src/assertions/durable.ts';
import { kvLinearizable } from '../../src/assertions/kv.linearizable.ts';
import { watchBookmarkable } from '../../src/assertions/watch.bookmarkable.ts';
import { watchOrdered } from '../../src/assertions/watch.ordered.ts';
import { watchReliable } from '../../src/assertions/watch.reliable.ts';
import { leaseAttachValid } from '../../src/assertions/lease.attach-valid.ts';
import type { EpochStart, RecordedEpochStart } from '../../src/history/epoch.ts';
import type { KeyValue, Operation, WatchEvent } from '../../src/history/operation.ts';
import {
  finalRead,
  keyValue,
  notOk,
  ok,
  put,
  putEvent,
  runOf,
  stream,
} from '../fixtures/run-builder.ts';

const borderMs = 1000;

/** Epoch 1: k/2 to k/6 at the revisions of their names, 10 ms apart, all acknowledged. */
const before: readonly Operation[] = [2, 3, 4, 5, 6].map((revision) =>
  put(`k/${revision}`, revision, { at: revision * 10, client: revision }),
);
const watchedBefore = stream(
  'm1',
  [2, 3, 4, 5, 6].map((revision) => putEvent(`k/${revision}`, revision)),
);
const upTo4 = [2, 3, 4].map((revision) => keyValue(`k/${revision}`, revision));

function startOf(
  state: readonly KeyValue[] = upTo4,
  more: Partial<EpochStart> = {},
): RecordedEpochStart {
  const start = { kind: 'restore', startedMs: borderMs, restoredRevision: 4 } as const;
  return { ...start, ...more, state: () => state };
}

/** Epoch 2, restored at revision 4: revision 5 is used again, for another key. */
const afterwards = [put('k/new', 5, { at: 1100 }, 'new'), finalRead([...upTo4, newKey(5)], 5)];
const watchedAfterwards = stream('m1', [putEvent('k/new', 5, 'new')], { from: 5, at: 1050 });

function newKey(revision: number): KeyValue {
  return keyValue('k/new', revision, 'new');
}

function restoredRun(
  parts: {
    readonly start?: RecordedEpochStart;
    readonly plus?: readonly Operation[];
    readonly afterwards?: readonly Operation[];
    readonly watch?: ReturnType<typeof stream>;
  } = {},
) {
  return runOf({
    operations: [...before, ...(parts.plus ?? []), ...(parts.afterwards ?? afterwards)],
    watch: [...watchedBefore, ...(parts.watch ?? watchedAfterwards)],
    epochStarts: [parts.start ?? startOf()],
  });
}

const durableAllowing = (allowedLoss: AllowedLoss) => durable({ allowedLoss }).judge;

describe('each epoch is judged whole', () => {
  test('revisions that are used again do not collide', () => {
    const verdict = kvLinearizable().judge(restoredRun());
    expect(verdict.status).toBe('held');
    expect(verdict.counts).toMatchObject({
      epochs: 2,
      operations: 7,
      writes: 6,
      'epoch 1: writes': 5,
      'epoch 2: writes': 1,
      'epoch 2: revisions': 1,
    });
    expect(watchReliable().judge(restoredRun()).status).toBe('held');
  });

  test('which they would without a beginning between them', () => {
    const { events, history } = restoredRun();
    const { status } = kvLinearizable().judge({ events, history: { ...history, epochStarts: [] } });
    expect(status).toBe('violated');
  });

  test('a read of what only the old epoch wrote after the snapshot is a violation in the new', () => {
    const old = ok(
      { kind: 'range', key: 'k/6' },
      { kind: 'range', revision: 5, kvs: [keyValue('k/6', 6)], count: 1 },
      { at: 1200, client: 7 },
    );
    const verdict = kvLinearizable().judge(restoredRun({ plus: [old] }));
    if (verdict.status !== 'violated') throw new Error(verdict.status);
    expect(verdict.violations[0]).toEqual({
      message:
        'phantom-value: in epoch 2 (restored at revision 4), client 7 read k/6=value-6, written at revision 6, which nobody had written',
      operations: [6],
      moments: [{ t: 1205, text: 'phantom value noticed' }],
    });
  });

  test('a restored value that a read in the new epoch does not show is one too', () => {
    const blind = ok(
      { kind: 'range', key: 'k/3' },
      { kind: 'range', revision: 5, kvs: [], count: 0 },
      { at: 1200, client: 7 },
    );
    expect(kvLinearizable().judge(restoredRun({ plus: [blind] })).status).toBe('violated');
  });

  test('a past read may show what had been overwritten before the snapshot', () => {
    const past = (value: string) =>
      ok(
        { kind: 'range', key: 'k/2', revision: 3 },
        { kind: 'range', revision: 5, kvs: [keyValue('k/2', 2, value)], count: 1 },
        { at: 1200, client: 7 },
      );
    const overwritten = { ...keyValue('k/2', 4, 'newer'), createRevision: 2, version: 2 };
    const run = (plus: Operation) =>
      restoredRun({
        start: startOf([overwritten, keyValue('k/3', 3)]),
        plus: [plus],
        afterwards: afterwards.slice(0, 1),
      });
    expect(kvLinearizable().judge(run(past('value-2'))).status).toBe('held');
    const present = ok(
      { kind: 'range', key: 'k/2' },
      { kind: 'range', revision: 5, kvs: [keyValue('k/2', 2)], count: 1 },
      { at: 1200, client: 7 },
    );
    expect(kvLinearizable().judge(run(present)).status).toBe('violated');
  });

  test('a watch may begin before the snapshot', () => {
    const old = [2, 3, 4].map((revision) => putEvent(`k/${revision}`, revision));
    const sent = (events: readonly WatchEvent[]) =>
      restoredRun({
        watch: stream('m1', [...events, putEvent('k/new', 5, 'new')], {
          from: 2,
          at: 1050,
          progress: 5,
        }),
      });
    const statuses = (run: ReturnType<typeof runOf>) =>
      [watchOrdered, watchBookmarkable, watchReliable].map((each) => each().judge(run).status);
    expect(statuses(sent(old))).toEqual(['held', 'held', 'held']);
    expect(statuses(sent(old.toReversed()))).toEqual(['violated', 'held', 'held']);
  });

  test('what was under way across the border is evidence in neither epoch', () => {
    const across = put('k/7', 7, { at: 990, tookMs: 30 });
    const lostRead = ok(
      { kind: 'range', key: 'k/2' },
      { kind: 'range', revision: 6, kvs: [keyValue('k/2', 2)], count: 1 },
      { at: 990, tookMs: 40 },
    );
    const run = restoredRun({ plus: [across, lostRead] });
    expect(kvLinearizable().judge(run).status).toBe('held');
    expect(durableAllowing('after-restore')(run).counts).toMatchObject({
      leftBehind: 2,
      unknown: 2,
    });
  });

  test('a write that had ended unknown in the old epoch cannot appear in the new', () => {
    const unsure = { kind: 'put', key: 'k/late', value: 'late' } as const;
    const late = ok(
      { kind: 'range', key: 'k/late' },
      { kind: 'range', revision: 6, kvs: [keyValue('k/late', 6, 'late')], count: 1 },
      { at: 1200 },
    );
    const run = (at: number) =>
      restoredRun({
        plus: [notOk('unknown', unsure, { at, tookMs: 50 }), late],
        afterwards: afterwards.slice(0, 1),
      });
    expect(kvLinearizable().judge(run(900)).status).toBe('violated');
    expect(kvLinearizable().judge(run(990)).status).toBe('held');
  });

  test('revisions go on where the restore bumped them, and keys keep theirs', () => {
    const bumpedTo = 1_000_000_004;
    const run = restoredRun({
      start: startOf(upTo4, { bumpedTo, compactRevision: bumpedTo }),
      afterwards: [
        put('k/new', bumpedTo + 1, { at: 1100 }, 'new'),
        finalRead([...upTo4, newKey(bumpedTo + 1)], bumpedTo + 1),
      ],
      watch: stream('m1', [putEvent('k/new', bumpedTo + 1, 'new')], {
        from: bumpedTo + 1,
        at: 1050,
      }),
    });
    expect(kvLinearizable().judge(run).status).toBe('held');
    expect(durableAllowing('after-restore')(run).status).toBe('held');
  });

  test('an empty keyspace may have been restored with leases that were granted before', () => {
    const leased: Operation = {
      ...put('k/new', 5, { at: 1100 }, 'new'),
      request: { kind: 'put', key: 'k/new', value: 'new', lease: '77' },
    };
    const run = restoredRun({ start: startOf([]), afterwards: [leased] });
    expect(leaseAttachValid().judge(run)).toMatchObject({ status: 'held' });
  });

  test('without the state it began with, an epoch is not judged', () => {
    const start = startOf([], { unknownBecause: 'nobody answered' });
    expect(kvLinearizable().judge(restoredRun({ start }))).toMatchObject({
      status: 'inconclusive',
      summary:
        'in epoch 2 (restored at revision 4), the state it began with is not known: nobody answered',
    });
    expect(durableAllowing('after-restore')(restoredRun({ start }))).toMatchObject({
      status: 'inconclusive',
    });
  });
});

describe('what a restore may lose', () => {
  test('everything after the snapshot, where the drill allows it: counted and listed', () => {
    expect(durableAllowing('after-restore')(restoredRun())).toMatchObject({
      status: 'held',
      summary:
        '6 acknowledged writes, none lost but what the drill allows; of 0 with unknown outcome 0 were executed; epoch 2 (restored at revision 4) went on without 2 acknowledged writes of the last 20 ms: put #3 of client 5 (key "k/5", acknowledged at revision 5 by m1) at 55 ms, put #4 of client 6 (key "k/6", acknowledged at revision 6 by m1) at 65 ms',
      counts: { epochs: 2, leftBehind: 2, lost: 0, 'epoch 1: leftBehind': 2 },
      measurements: [
        { name: 'rpo.writes', value: 2 },
        { name: 'rpo.time', value: 20 },
      ],
    });
  });

  test('nothing, unless it says so', () => {
    const verdict = durable().judge(restoredRun());
    if (verdict.status !== 'violated') throw new Error(verdict.status);
    expect(verdict.violations).toMatchObject([
      {
        message:
          'put #3 of client 5 (key "k/5", acknowledged at revision 5 by m1) at 55 ms is lost, and this drill allows no loss: epoch 2 (restored at revision 4) went on without it',
        operations: [3],
        moments: [{ t: 55, member: 'm1', text: 'lost write acknowledged' }],
      },
      { operations: [4] },
    ]);
  });

  test('or no longer than it says', () => {
    expect(durableAllowing({ within: '20ms' })(restoredRun()).status).toBe('held');
    expect(durableAllowing({ within: '19ms' })(restoredRun())).toMatchObject({
      status: 'violated',
      measurements: [{ value: 2 }, { value: 20, bound: 19 }],
    });
  });

  test('never a write from before the snapshot', () => {
    const without3 = upTo4.filter(({ key }) => key !== 'k/3');
    const run = restoredRun({
      start: startOf(without3),
      afterwards: [put('k/new', 5, { at: 1100 }, 'new'), finalRead([...without3, newKey(5)], 5)],
    });
    const verdict = durableAllowing('after-restore')(run);
    if (verdict.status !== 'violated') throw new Error(verdict.status);
    expect(verdict.violations).toMatchObject([
      {
        message:
          'in epoch 1, put #1 of client 3 (key "k/3", acknowledged at revision 3 by m1) is missing: the last the watchers saw of key "k/3" is a put of "k/3" = "value-3" at revision 3, but the state that epoch 2 (restored at revision 4) began with, at revision 4, shows no such key',
        operations: [1],
      },
    ]);
  });

  test('what the cluster wrote as it died, and nobody was sent, is told by the state it left', () => {
    const unsure = notOk('unknown', { kind: 'put', key: 'k/7', value: 'value-7' }, { at: 70 });
    const run = (state: readonly KeyValue[], restoredRevision: number) =>
      restoredRun({
        start: startOf(state, { kind: 'force-new-cluster', restoredRevision }),
        plus: [unsure],
        afterwards: [
          put('k/new', restoredRevision + 1, { at: 1100 }, 'new'),
          finalRead([...state, newKey(restoredRevision + 1)], restoredRevision + 1),
        ],
        watch: stream('m1', [putEvent('k/new', restoredRevision + 1, 'new')], {
          from: restoredRevision + 1,
          at: 1050,
        }),
      });
    const upTo6 = [2, 3, 4, 5, 6].map((revision) => keyValue(`k/${revision}`, revision));
    expect(durable().judge(run([...upTo6, keyValue('k/7', 7)], 7)).status).toBe('held');
    expect(durable().judge(run([...upTo6.slice(1), keyValue('k/7', 7)], 7)).status).toBe(
      'violated',
    );
    expect(durable().judge(run(upTo6, 9))).toMatchObject({
      status: 'inconclusive',
      summary:
        'in epoch 1, the state that epoch 2 (forced at revision 9) began with at revision 9 has nothing to be compared with: the watchers cover revisions 1 to 6 only',
    });
  });

  describe('where the watchers end before the snapshot does', () => {
    const lossesOf = durableAllowing('after-restore');
    const unsure = (key: string, at: number, client: number) =>
      notOk('unknown', { kind: 'delete', key }, { at, client });
    /** Watched up to 5; what is at 6 and 7 only the snapshot and the clients tell. */
    const run = (kept: readonly number[], restoredRevision: number, plus: readonly Operation[]) => {
      const state = kept.map((revision) => keyValue(`k/${revision}`, revision));
      const next = restoredRevision + 1;
      const epochStarts = [startOf(state, { restoredRevision })];
      const watch = [2, 3, 4, 5].map((revision) => putEvent(`k/${revision}`, revision));
      return runOf({
        operations: [
          ...before,
          ...plus,
          put('k/new', next, { at: 1100 }, 'new'),
          finalRead([...state, newKey(next)], next),
        ],
        watch: [
          ...stream('m1', watch),
          ...stream('m1', [putEvent('k/new', next, 'new')], { from: next, at: 1050 }),
        ],
        epochStarts,
      });
    };

    test('a delete of unknown outcome excuses no key if every revision is told', () => {
      expect(lossesOf(run([2, 4, 5, 6], 6, [unsure('k/3', 40, 8)]))).toMatchObject({
        status: 'violated',
        violations: [{ operations: [1] }],
      });
    });

    test('nor does it excuse more keys than revisions are untold', () => {
      const both = [unsure('k/3', 40, 8), unsure('k/4', 45, 9)];
      expect(lossesOf(run([2, 5, 6], 7, both))).toMatchObject({
        status: 'violated',
        violations: [{ operations: [2] }],
      });
    });

    test('a key that it may have deleted may as well be lost', () => {
      expect(lossesOf(run([2, 4, 5, 6], 7, [unsure('k/3', 40, 8)]))).toMatchObject({
        status: 'inconclusive',
        summary:
          'in epoch 1, the state that epoch 2 (restored at revision 7) began with lacks 1 key that may have been deleted at a revision nobody watched, or lost: "k/3"',
      });
    });

    test('a key with an acknowledged delete there is not lost: only the delete is not seen', () => {
      const deleted = ok(
        { kind: 'delete', key: 'k/3' },
        { kind: 'delete', revision: 7, deleted: 1 },
        { at: 70, client: 8 },
      );
      expect(lossesOf(run([2, 4, 5, 6], 7, [deleted]))).toMatchObject({
        status: 'inconclusive',
        summary:
          'in epoch 1, 1 acknowledged write can neither be found nor missed: the watchers cover revisions 1 to 5 only',
      });
    });

    test('what a transaction deleted whose put the snapshot shows is not lost either', () => {
      const shown = { kind: 'put', key: 'k/7', value: 'value-7' } as const;
      const txn = notOk(
        'unknown',
        { kind: 'txn', compare: [], success: [shown, { kind: 'delete', key: 'k/3' }], failure: [] },
        { at: 70, client: 8 },
      );
      expect(lossesOf(run([2, 4, 5, 6, 7], 7, [txn])).status).toBe('held');
    });

    test('a write that the watchers saw made no revision that they did not see', () => {
      const seen = notOk('unknown', { kind: 'put', key: 'k/5', value: 'value-5' }, { at: 50 });
      const { history, events } = run([2, 3, 4, 5, 6], 7, [seen]);
      const operations = [...history.operations()].filter((each) => each !== before[3]);
      expect(
        lossesOf({ events, history: { ...history, operations: () => operations } }),
      ).toMatchObject({ status: 'inconclusive' });
    });
  });

  test('a forced cluster may have ended a lease before anybody saw it', () => {
    const leased = { ...keyValue('k/3', 3), lease: '77' };
    const run = (kind: EpochStart['kind']) =>
      runOf({
        operations: [...before, ...afterwards.slice(0, 1), finalRead([...kept, newKey(5)], 5)],
        watch: [
          ...stream('m1', [
            putEvent('k/2', 2),
            { type: 'put', kv: leased },
            ...[4, 5, 6].map((revision) => putEvent(`k/${revision}`, revision)),
          ]),
          ...watchedAfterwards,
        ],
        epochStarts: [startOf(kept, { kind })],
      });
    const kept = upTo4.filter(({ key }) => key !== 'k/3');
    expect(durableAllowing('after-restore')(run('force-new-cluster')).status).toBe('held');
    expect(durableAllowing('after-restore')(run('restore')).status).toBe('violated');
  });
});

test('the allowance is stored with the run', () => {
  expect(durable().options).toEqual({});
  expect(durable({ allowedLoss: { within: '2s' } }).options).toEqual({
    allowedLoss: { within: 2000 },
  });
});
