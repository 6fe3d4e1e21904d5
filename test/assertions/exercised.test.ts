import { describe, expect, test } from 'vitest';
import { exercised } from '../../src/assertions/exercised.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import {
  faultEvents,
  isolate,
  notOk,
  onlyLinks,
  powerLossEvents,
  put,
  runOf,
  stillRunning,
  three,
} from '../fixtures/run-builder.ts';

const assertion = exercised({ writesDuringFault: 500, faultLasted: '10s' });
const judge = assertion.judge;
const cut = isolate(['m1']);
const events = faultEvents({ cut });
/** One acknowledged write every 10 ms from 10 s on. */
const writes = (amount: number) =>
  Array.from({ length: amount }, (_, index) => put('k', index + 2, { at: 10_000 + index * 10 }));

test('its options are stored, durations in milliseconds', () => {
  expect(assertion.options).toEqual({ writesDuringFault: 500, faultLasted: 10_000 });
  expect(exercised().options).toEqual({ writesDuringFault: 500, faultLasted: 10_000 });
});

test('held: long enough, and with enough load', () => {
  expect(judge(runOf({ events, operations: writes(500) }))).toMatchObject({
    status: 'held',
    summary: '1 fault proved in place for 10 s, with 500 writes acknowledged meanwhile',
    counts: { faults: 1, writes: 500, writesDuringFaults: 500 },
  });
});

test('held: a shorter hold that was asked for is named', () => {
  const short = faultEvents({ cut, healingMs: 15_000 });
  const run = runOf({ events: short, operations: writes(500), parameters: { hold: 5000 } });
  expect(judge(run)).toMatchObject({
    status: 'held',
    summary:
      '1 fault proved in place for 5 s, with 500 writes acknowledged meanwhile; only 5 s were asked for, less than the usual 10 s',
  });
});

test('held: where no quorum remains no write can be asked for', () => {
  const majority = faultEvents({ cut: onlyLinks([]) });
  expect(judge(runOf({ events: majority, operations: [put('k', 2, { at: 1 })] })).status).toBe(
    'held',
  );
});

test('inconclusive: too few writes', () => {
  expect(judge(runOf({ events, operations: writes(499) }))).toMatchObject({
    status: 'inconclusive',
    summary: '499 writes acknowledged during "cut m1 off", fewer than the 500 asked for',
  });
});

test('inconclusive: the load acknowledged nothing', () => {
  const operations = [notOk('unknown', { kind: 'put', key: 'k', value: 'v' }, { at: 1 })];
  const majority = faultEvents({ cut: onlyLinks([]) });
  expect(judge(runOf({ events: majority, operations }))).toMatchObject({
    status: 'inconclusive',
    summary: 'the load had no write acknowledged in the whole run',
  });
});

test('inconclusive: it did not last', () => {
  const short = faultEvents({ cut, healingMs: 19_000 });
  expect(judge(runOf({ events: short, operations: writes(900) }))).toMatchObject({
    status: 'inconclusive',
    summary: '"cut m1 off" lasted 9 s, less than the 10 s asked for',
  });
});

test('inconclusive: no fault was injected', () => {
  expect(judge(runOf({ operations: writes(1) }))).toMatchObject({
    status: 'inconclusive',
    summary: 'no fault was injected',
  });
});

test.each<[string, JournalEvent[], JournalEvent['type'][], string]>([
  [
    'its rules were removed behind its back',
    [{ type: 'fault.unproved', t: 15_000, fault: 'f1', reason: 'the rules of m1 are gone' }],
    [],
    '"cut m1 off" was not in place: the rules of m1 are gone',
  ],
  [
    'its lease ran out',
    [{ type: 'fault.lease-expired', t: 15_000, fault: 'f1' }],
    [],
    'the lease of "cut m1 off" ran out, so the sidecar took it off before the drill did',
  ],
  [
    'it was never proved',
    [],
    ['fault.proved'],
    '"cut m1 off" was injected, but never proved to be in place',
  ],
  [
    'it was never fully injected',
    [],
    ['fault.injected', 'fault.proved', 'fault.healing', 'fault.healed'],
    '"cut m1 off" was never fully injected',
  ],
])('inconclusive: %s', (_, plus, without, summary) => {
  const broken = faultEvents({ cut, plus, without });
  expect(judge(runOf({ events: broken, operations: writes(900) }))).toMatchObject({
    status: 'inconclusive',
    summary,
  });
});

describe('damage, which is never healed', () => {
  const { judge: judgeDamage } = exercised({ writesDuringFault: 500, faultLasted: '5s' });
  const later = Array.from({ length: 900 }, (_, index) =>
    put('k', index + 2, { at: 16_000 + index * 10 }),
  );

  test('inconclusive: the writes came after the member was started again', () => {
    const damaged = [...powerLossEvents(['m1']), stillRunning(30_000)];
    expect(judgeDamage(runOf({ events: damaged, operations: later }))).toMatchObject({
      status: 'inconclusive',
      summary: '0 writes acknowledged during "cut the power", fewer than the 500 asked for',
    });
    expect(judgeDamage(runOf({ events: damaged, operations: writes(500) })).status).toBe('held');
  });

  test('inconclusive: the member was started at once, in the scope of the fault', () => {
    const { judge: judgeLong } = exercised({ faultLasted: '6s', writesDuringFault: 0 });
    const damaged = powerLossEvents(['m1'], 29_000);
    expect(judgeLong(runOf({ events: damaged, operations: later }))).toMatchObject({
      status: 'inconclusive',
      summary: '"cut the power" lasted 5.01 s, less than the 6 s asked for',
    });
  });

  test('held: where it took every member down no write can be asked for', () => {
    const damaged = [...powerLossEvents(three), stillRunning(30_000)];
    expect(judgeDamage(runOf({ events: damaged, operations: later }))).toMatchObject({
      status: 'held',
      summary: expect.stringContaining(
        '1 fault proved in place for 5 s, with 0 writes acknowledged meanwhile',
      ) as string,
    });
  });
});
