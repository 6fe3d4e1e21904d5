import { expect, test } from 'vitest';
import { serializableAnswers } from '../../src/assertions/serializable-answers.ts';
import { faultEvents, isolate, notOk, read, runOf } from '../fixtures/run-builder.ts';

const judge = serializableAnswers().judge;
const events = faultEvents({ cut: isolate(['m1']) });
const request = { kind: 'range', key: 'k/1', serializable: true } as const;
const answered = [read('k/1', 4, { at: 11_000 }, true), read('k/1', 4, { at: 12_000 }, true)];

test('held: every one is answered', () => {
  expect(judge(runOf({ events, operations: answered }))).toMatchObject({
    status: 'held',
    summary: 'm1, cut off from the majority, answered all of 2 serializable reads',
    counts: { cuts: 1, isolated: 1, reads: 2 },
  });
});

test('violated: one is not answered', () => {
  const operations = [
    ...answered,
    notOk('unknown', request, { at: 13_000, tookMs: 1000 }),
    notOk('never-sent', request, { at: 14_000 }),
  ];
  expect(judge(runOf({ events, operations }))).toMatchObject({
    status: 'violated',
    violations: [
      {
        message:
          'm1, cut off from the majority, left 1 of 3 serializable reads unanswered, first serializable read #2 of client 1 (key "k/1", unknown outcome on m1), invoked at 13 s: etcdserver: request timed out',
        operations: [2],
      },
    ],
  });
});

test('inconclusive: none was tried during the cut', () => {
  const operations = [
    read('k/1', 4, { at: 9000 }, true),
    read('k/1', 4, { at: 11_000 }),
    read('k/1', 4, { at: 25_000 }, true),
  ];
  expect(judge(runOf({ events, operations }))).toMatchObject({
    status: 'inconclusive',
    summary: 'no serializable read was tried on m1 while cut off from the majority',
  });
});

test('inconclusive: the lease of the cut ran out', () => {
  const expired = faultEvents({
    cut: isolate(['m1']),
    plus: [{ type: 'fault.lease-expired', t: 12_000, fault: 'f1' }],
  });
  expect(judge(runOf({ events: expired, operations: answered }))).toMatchObject({
    status: 'inconclusive',
    summary: 'the lease of "cut m1 off" ran out, so the sidecar took it off before the drill did',
  });
});

test('not exercised: nobody was isolated', () => {
  expect(judge(runOf({})).status).toBe('not-exercised');
});
