import { expect, test } from 'vitest';
import { isolatedRefuses } from '../../src/assertions/isolated-refuses.ts';
import {
  faultEvents,
  finalRead,
  isolate,
  notOk,
  onlyLinks,
  ok,
  put,
  read,
  runOf,
  takeDown,
} from '../fixtures/run-builder.ts';

const judge = isolatedRefuses().judge;
const events = faultEvents({ cut: isolate(['m1']) });
const aPut = { kind: 'put', key: 'k/1', value: 'v' } as const;
const aRead = { kind: 'range', key: 'k/1' } as const;
const refused = [
  notOk('unknown', aPut, { at: 10_100, tookMs: 7000 }),
  notOk('failed', aRead, { at: 10_200, tookMs: 7000 }),
];

test('held: what the old leader was asked it did not answer', () => {
  expect(judge(runOf({ events, operations: refused }))).toMatchObject({
    status: 'held',
    summary: 'm1, cut off from the majority, answered none of 1 write and 1 linearizable read',
    counts: { cuts: 1, isolated: 1, writes: 1, reads: 1 },
  });
});

test('held: an answer to what was invoked before the cut, or that came after the heal', () => {
  const operations = [
    put('k/1', 5, { at: 9_999, tookMs: 10 }),
    put('k/2', 6, { at: 18_000, tookMs: 2500 }),
    read('k/1', 6, { at: 18_000, tookMs: 2500 }),
    read('k/1', 2, { at: 12_000 }, true),
    finalRead([], 6, 12_000),
  ].map((operation, index) => (index === 4 ? { ...operation, member: 'm2' } : operation));
  expect(judge(runOf({ events, operations })).status).toBe('held');
});

test('violated: a write is acknowledged', () => {
  const operations = [...refused, put('k/17', 5120, { at: 12_000, client: 7 })];
  expect(judge(runOf({ events, operations }))).toMatchObject({
    status: 'violated',
    violations: [
      {
        message:
          'm1 acknowledged a write 2 s after it was cut off from the majority: put #0 of client 7 (key "k/17", acknowledged at revision 5120 by m1), invoked at 12 s',
        operations: [0],
      },
    ],
  });
});

test('violated: a linearizable read is answered, in a transaction too', () => {
  const txn = ok(
    { kind: 'txn', compare: [], success: [aRead], failure: [] },
    { kind: 'txn', revision: 4, succeeded: true, results: [] },
    { at: 13_000 },
  );
  const operations = [...refused, read('k/1', 4, { at: 12_000 }), txn];
  expect(judge(runOf({ events, operations }))).toMatchObject({
    status: 'violated',
    summary:
      'm1 answered a linearizable read 2 s after it was cut off from the majority: read #0 of client 1 (key "k/1", answered at revision 4 by m1), invoked at 12 s (and 1 more)',
  });
});

test('inconclusive: nothing was tried that could have been refused', () => {
  const operations = [
    notOk('never-sent', aPut, { at: 11_000 }),
    notOk('failed', aRead, { at: 11_000, member: 'm2' }),
    put('k/2', 6, { at: 19_500, tookMs: 700 }),
  ];
  expect(judge(runOf({ events, operations }))).toMatchObject({
    status: 'inconclusive',
    summary:
      'no write was tried on m1 while cut off from the majority; no linearizable read was tried on m1 while cut off from the majority',
  });
});

test('inconclusive: one of several isolated members was not asked', () => {
  const majority = faultEvents({ cut: onlyLinks([]) });
  const onTwo = refused.map((operation) => ({ ...operation, member: 'm2' }));
  expect(judge(runOf({ events: majority, operations: [...refused, ...onTwo] }))).toMatchObject({
    status: 'inconclusive',
    summary:
      'no write was tried on m3 while cut off from the majority; no linearizable read was tried on m3 while cut off from the majority',
  });
});

test('inconclusive: the cut was never proved', () => {
  const unproved = faultEvents({ cut: isolate(['m1']), without: ['fault.proved'] });
  expect(judge(runOf({ events: unproved, operations: refused }))).toMatchObject({
    status: 'inconclusive',
    summary: '"cut m1 off" was injected, but never proved to be in place',
  });
});

test('not exercised: a bridge isolates nobody', () => {
  const bridge = onlyLinks([
    ['m1', 'm2'],
    ['m2', 'm3'],
  ]);
  expect(judge(runOf({ events: faultEvents({ cut: bridge }) }))).toMatchObject({
    status: 'not-exercised',
    summary: 'no member was cut off from a majority',
  });
});

test('a killed member is not asked; who is left without a majority must refuse', () => {
  const killed = faultEvents({ cut: takeDown(['m2', 'm3']), title: 'kill m2, m3' });
  expect(judge(runOf({ events: killed, operations: refused }))).toMatchObject({
    status: 'held',
    counts: { isolated: 1 },
  });
  const answered = [...refused, put('k/17', 5120, { at: 12_000 })];
  expect(judge(runOf({ events: killed, operations: answered })).status).toBe('violated');
  const one = faultEvents({ cut: takeDown(['m3']), title: 'kill m3' });
  expect(judge(runOf({ events: one, operations: refused })).status).toBe('not-exercised');
});
