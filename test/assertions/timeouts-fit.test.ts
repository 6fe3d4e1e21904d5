import { describe, expect, test } from 'vitest';
import { timeoutsFit } from '../../src/assertions/timeouts-fit.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { runOf } from '../fixtures/run-builder.ts';

const measured = (longestMs: number, t = 12_000): JournalEvent => ({
  type: 'observation',
  t,
  name: 'round-trips',
  data: { longestMs },
});

describe('timeouts-fit', () => {
  test('is held where the timeouts fit, and names those to take', () => {
    expect(timeoutsFit().judge(runOf({ events: [measured(40)] }))).toMatchObject({
      status: 'held',
      summary:
        'members are up to 40 ms apart, there and back: a heartbeat of 100 ms and an election timeout of 1 s fit; ' +
        '`--heartbeat-interval=100 --election-timeout=1000` is what to take',
      measurements: [
        { name: 'rtt.longest', value: 40 },
        { name: 'timeouts.heartbeat', value: 100 },
        { name: 'timeouts.election', value: 1000 },
      ],
    });
  });

  test('rejects timeouts that are too short for the longest round trip', () => {
    expect(timeoutsFit().judge(runOf({ events: [measured(40), measured(350)] }))).toMatchObject({
      status: 'violated',
      summary:
        'members are up to 350 ms apart, there and back, which asks for `--heartbeat-interval=350 --election-timeout=3500`, ' +
        'but the run had a heartbeat of 100 ms and an election timeout of 1 s',
    });
  });

  test('cannot tell without a measurement, or without the timeouts', () => {
    expect(timeoutsFit().judge(runOf({}))).toMatchObject({
      status: 'inconclusive',
      summary: 'no round trip between members was measured',
    });
    expect(timeoutsFit().judge(runOf({ spec: {}, events: [measured(40)] }))).toMatchObject({
      status: 'inconclusive',
      summary: 'the run does not say which timeouts were in force',
    });
  });
});
