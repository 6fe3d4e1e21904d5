import { describe, expect, test } from 'vitest';
import { fullServiceWithin } from '../../src/assertions/full-service-within.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { recoveryEvents } from '../fixtures/recovery-events.ts';
import { runOf } from '../fixtures/run-builder.ts';

const judge = (events: readonly JournalEvent[]) => fullServiceWithin('3s').judge(runOf({ events }));
const restored = recoveryEvents('restore', 10_000, [
  ['stop', 10_500, 10_600],
  ['first write', 10_600, 12_800],
]);

describe('full service', () => {
  test('in time, by phases', () => {
    const verdict = judge(restored);
    expect(verdict.status).toBe('held');
    expect(verdict.summary).toBe(
      '"restore" took 2.8 s from the loss on (until it began 500 ms, stop 100 ms, first write 2.2 s); the bound is 3 s',
    );
    expect(verdict.measurements.map(({ name, value, bound }) => [name, value, bound])).toEqual([
      ['rto.full-service', 2800, 3000],
      ['rto.phase.until-it-began', 500, undefined],
      ['rto.phase.stop', 100, undefined],
      ['rto.phase.first-write', 2200, undefined],
    ]);
  });

  test('too late is a violation, counted from the loss and not from the recovery’s beginning', () => {
    const verdict = judge(recoveryEvents('restore', 9000, [['restore', 10_500, 12_800]]));
    expect(verdict.status).toBe('violated');
    expect(verdict.summary).toBe(
      '"restore" took 3.8 s from the loss on (until it began 1.5 s, restore 2.3 s), more than the 3 s allowed',
    );
  });

  test('that never came is a violation', () => {
    const failed = recoveryEvents('restore', 10_000, [['start', 10_500, 10_600]], 'failed');
    expect(judge(failed)).toMatchObject({ status: 'violated', counts: { recoveries: 1, late: 0 } });
  });

  test('of several, each has to be in time, and the slowest is told', () => {
    const slow = recoveryEvents('again', 20_000, [['stop', 20_000, 25_000]]);
    const verdict = judge([...restored, ...slow]);
    expect(verdict.status).toBe('violated');
    expect(verdict.measurements).toContainEqual(
      expect.objectContaining({ name: 'rto.full-service', value: 5000 }),
    );
  });

  test('not recovered, or under way when the run died, is not known', () => {
    expect(judge([])).toMatchObject({
      status: 'inconclusive',
      summary: 'the run ended before there was a recovery to measure',
    });
    expect(judge(restored.slice(0, 2))).toMatchObject({
      status: 'inconclusive',
      summary: 'the record ends in the middle of "restore"',
    });
  });
});
