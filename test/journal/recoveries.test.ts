import { expect, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/events.ts';
import { recoveriesOf } from '../../src/journal/recoveries.ts';
import { recoveryEvents } from '../fixtures/recovery-events.ts';
import { runOf } from '../fixtures/run-builder.ts';

test('a recovery has the phases that began in it, those of the next one apart', () => {
  const events: JournalEvent[] = [
    ...recoveryEvents('one', 1000, [['stop', 1200, 1300]]),
    { type: 'step.started', t: 1400, step: 'go on' },
    { type: 'step.ended', t: 1500, step: 'go on', outcome: 'done' },
    ...recoveryEvents('two', 2000, [
      ['stop', 2100, 2150],
      ['stop', 2150, 2400],
    ]),
  ];
  const recovery = (title: string, sinceMs: number, startMs: number, endMs: number) => ({
    title,
    sinceMs,
    startMs,
    endMs,
    outcome: 'done',
  });
  const stop = (startMs: number, endMs: number) => ({
    name: 'stop',
    startMs,
    endMs,
    outcome: 'done',
  });
  expect(recoveriesOf(runOf({ events }))).toEqual([
    { ...recovery('one', 1000, 1200, 1300), phases: [stop(1200, 1300)] },
    { ...recovery('two', 2000, 2100, 2400), phases: [stop(2100, 2150), stop(2150, 2400)] },
  ]);
});

test('one that the run died in lasts until the last event, as does its phase', () => {
  const events = recoveryEvents('one', 1000, [['stop', 1200, 1300]]).slice(0, 2);
  expect(
    recoveriesOf(runOf({ events: [...events, { type: 'warning', t: 1900, message: '' }] })),
  ).toEqual([
    {
      title: 'one',
      sinceMs: 1000,
      startMs: 1200,
      endMs: 1900,
      outcome: 'running',
      phases: [{ name: 'stop', startMs: 1200, endMs: 1900, outcome: 'running' }],
    },
  ]);
});
