import { expect, test } from 'vitest';
import { fits, timeoutsFor } from '../src/timeouts.ts';

test.each([
  [0.2, { heartbeatMs: 100, electionMs: 1000 }],
  [100, { heartbeatMs: 100, electionMs: 1000 }],
  [101, { heartbeatMs: 110, electionMs: 1100 }],
  [2400, { heartbeatMs: 2400, electionMs: 24_000 }],
])('for a round trip of %s ms, what is advised fits', (rttMs, advised) => {
  expect(timeoutsFor(rttMs)).toEqual(advised);
  expect(fits(advised, rttMs)).toBe(true);
});

test('a heartbeat under half a round trip, or an election timeout under ten, does not fit', () => {
  expect(fits({ heartbeatMs: 100, electionMs: 10_000 }, 201)).toBe(false);
  expect(fits({ heartbeatMs: 200, electionMs: 1000 }, 101)).toBe(false);
});
