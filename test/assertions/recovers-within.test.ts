import { describe, expect, test } from 'vitest';
import { recoversWithin } from '../../src/assertions/recovers-within.ts';
import type { Operation } from '../../src/history/operation.ts';
import {
  faultEvents,
  isolate,
  notOk,
  onlyLinks,
  powerLossEvents,
  put,
  runOf,
} from '../fixtures/run-builder.ts';

const assertion = recoversWithin('5s');
const judge = assertion.judge;
const aPut = { kind: 'put', key: 'k', value: 'v' } as const;

/** A write acknowledged every 100 ms on `member`, at 5 ms past the tenth. */
function steady(member: string, fromMs: number, toMs: number): Operation[] {
  const steps = Math.round((toMs - fromMs) / 100);
  return Array.from({ length: steps }, (_, step) =>
    put('k', fromMs + step, { at: fromMs + step * 100, member }),
  );
}

test('the bound is stored in milliseconds', () => {
  expect(assertion.options).toEqual({ within: 5000 });
});

describe('a quorum remains', () => {
  const events = faultEvents({ cut: isolate(['m1']) });
  const stuck = notOk('unknown', aPut, { at: 9950, tookMs: 7000 });

  test('held, with the times of the cluster and of each endpoint', () => {
    const operations = [
      ...steady('m1', 8000, 9900),
      stuck,
      ...steady('m1', 21_000, 22_000),
      ...steady('m2', 8000, 10_000),
      ...steady('m2', 11_200, 22_000),
    ];
    expect(judge(runOf({ events, operations }))).toEqual({
      assertion: 'recovers-within',
      title: 'Writes are acknowledged again in time',
      status: 'held',
      summary:
        'the cluster went at most 1.3 s without acknowledging a write under "cut m1 off" (bound 5 s)',
      counts: { faults: 1 },
      measurements: [
        { name: 'rto.cluster', label: 'RTO of the cluster', value: 1300, unit: 'ms', bound: 5000 },
        { name: 'rto.endpoint.m1', label: 'RTO of m1', value: 11_200, unit: 'ms' },
        {
          name: 'rto.endpoint.m1.after-heal',
          label: 'Recovery of m1 after the heal',
          value: 1005,
          unit: 'ms',
        },
        { name: 'rto.endpoint.m2', label: 'RTO of m2', value: 1300, unit: 'ms' },
      ],
    });
  });

  test('violated: the second outage under the same fault is the longer one', () => {
    const operations = [
      ...steady('m2', 8000, 10_000),
      ...steady('m2', 11_000, 12_000),
      ...steady('m2', 18_000, 22_000),
    ];
    expect(judge(runOf({ events, operations }))).toMatchObject({
      status: 'violated',
      summary:
        'the cluster went at most 6.1 s without acknowledging a write under "cut m1 off" (bound 5 s)',
    });
  });

  test('violated: no write is ever acknowledged again', () => {
    const operations = [...steady('m2', 8000, 10_000), notOk('unknown', aPut, { at: 25_000 })];
    expect(judge(runOf({ events, operations }))).toMatchObject({
      status: 'violated',
      summary:
        'no write was ever acknowledged after "cut m1 off": the last was at 9.9 s, and clients tried for 15.1 s more',
    });
  });

  test('violated: writes come back, and then stop for good', () => {
    const operations = [
      ...steady('m2', 8000, 12_000),
      notOk('unknown', aPut, { at: 25_000, member: 'm2' }),
    ];
    expect(judge(runOf({ events, operations })).status).toBe('violated');
  });

  test('inconclusive: the load stopped before the fault', () => {
    expect(judge(runOf({ events, operations: steady('m2', 8000, 10_000) }))).toMatchObject({
      status: 'inconclusive',
      summary: 'no write was attempted after "cut m1 off" was injected',
    });
  });

  test('inconclusive: the load acknowledged nothing', () => {
    expect(judge(runOf({ events, operations: [stuck] }))).toMatchObject({
      status: 'inconclusive',
      summary: 'no write was acknowledged before "cut m1 off", so there is nothing to recover',
    });
  });

  test('inconclusive: the fault was never in place', () => {
    const never = faultEvents({
      cut: isolate(['m1']),
      without: ['fault.injected', 'fault.proved'],
    });
    expect(judge(runOf({ events: never })).status).toBe('inconclusive');
  });
});

describe('no side has a quorum', () => {
  const events = faultEvents({ cut: onlyLinks([]), title: 'cut all' });

  test('held: measured from the heal', () => {
    const operations = [...steady('m2', 8000, 10_000), ...steady('m2', 22_000, 23_000)];
    expect(judge(runOf({ events, operations }))).toMatchObject({
      status: 'held',
      summary:
        'the cluster acknowledged writes again 2 s after "cut all" began to heal (bound 5 s)',
      measurements: [
        { name: 'rto.cluster', label: 'RTO of the cluster', value: 12_100, unit: 'ms' },
        { name: 'rto.cluster.after-heal', value: 2005, bound: 5000 },
        { name: 'rto.endpoint.m2', value: 12_100 },
        { name: 'rto.endpoint.m2.after-heal', value: 2005 },
      ],
    });
  });

  test('violated: too long after the heal', () => {
    const operations = [...steady('m2', 8000, 10_000), ...steady('m2', 26_000, 27_000)];
    expect(judge(runOf({ events, operations }))).toMatchObject({
      status: 'violated',
      summary:
        'the cluster acknowledged writes again 6 s after "cut all" began to heal (bound 5 s)',
    });
  });

  test('violated: never after the heal', () => {
    const operations = [...steady('m2', 8000, 10_000), notOk('unknown', aPut, { at: 25_000 })];
    expect(judge(runOf({ events, operations })).status).toBe('violated');
  });

  test('inconclusive: no write was attempted after the heal', () => {
    const operations = [...steady('m2', 8000, 10_000), notOk('unknown', aPut, { at: 12_000 })];
    expect(judge(runOf({ events, operations }))).toMatchObject({
      status: 'inconclusive',
      summary: 'no write was attempted after "cut all" began to heal',
    });
  });
});

describe('damage, which is never healed', () => {
  const events = [
    ...powerLossEvents(['m2']),
    { type: 'load.ended', t: 30_000, counts: {} } as const,
  ];
  const through = steady('m1', 8000, 20_000);

  test('held: an outage after its scope is not its own, nor is the pause after the load', () => {
    const later = steady('m1', 29_000, 30_000);
    expect(judge(runOf({ events, operations: [...through, ...later] })).status).toBe('held');
    const last = put('last', 999, { at: 60_000 });
    const unheld = faultEvents({ without: ['fault.healing', 'fault.healed'] });
    const all = [...unheld, ...events.filter(({ type }) => type === 'load.ended')];
    const operations = [...steady('m1', 8000, 29_900), last];
    expect(judge(runOf({ events: all, operations })).status).toBe('held');
  });

  test('violated: an outage that began under it', () => {
    const operations = [...steady('m1', 8000, 14_000), ...steady('m1', 20_000, 30_000)];
    expect(judge(runOf({ events, operations }))).toMatchObject({
      status: 'violated',
      summary:
        'the cluster went at most 6.1 s without acknowledging a write under "cut the power" (bound 5 s)',
    });
  });
});

test('not exercised: no fault', () => {
  expect(judge(runOf({ operations: steady('m1', 1000, 2000) }))).toMatchObject({
    status: 'not-exercised',
    summary: 'no fault was injected in this run',
  });
});
