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

const started = [['start', 10_500, 10_600]] as const;

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
    const error = 'a leader did not come within 10 s';
    const failed = recoveryEvents('restore', 10_000, started, { error, exitCode: 1 });
    expect(judge(failed)).toMatchObject({
      status: 'violated',
      summary:
        '"restore" took 600 ms from the loss on (until it began 500 ms, start 100 ms) and failed there: a leader did not come within 10 s',
      counts: { recoveries: 1, late: 0 },
    });
  });

  test.each([2, 3, undefined])('that failed of something else is not known (%s)', (code) => {
    const error = 'the engine did not answer';
    const exitCode = code === undefined ? {} : { exitCode: code };
    const failed = recoveryEvents('restore', 10_000, started, { error, ...exitCode });
    expect(judge(failed)).toMatchObject({
      status: 'inconclusive',
      summary: '"restore" could not go on: the engine did not answer',
    });
  });

  test('of several, the phases told are those of the slowest', () => {
    const other = recoveryEvents('again', 20_000, [
      ['stop', 20_000, 22_500],
      ['elect', 22_500, 22_600],
    ]);
    const told = judge([...restored, ...other]).measurements.map(({ name, value }) => [
      name,
      value,
    ]);
    expect(told).toEqual([
      ['rto.full-service', 2800],
      ['rto.phase.until-it-began', 500],
      ['rto.phase.stop', 100],
      ['rto.phase.first-write', 2200],
    ]);
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
