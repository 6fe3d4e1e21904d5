import { describe, expect, test } from 'vitest';
import { durationMs, formatDuration } from '../src/duration.ts';

describe('durationMs', () => {
  test.each([
    [250, 250],
    ['250ms', 250],
    ['10s', 10_000],
    ['1.5m', 90_000],
    ['1 h', 3_600_000],
    ['0s', 0],
  ])('%j is %d ms', (value, expected) => expect(durationMs(value)).toBe(expected));

  test.each(['10', 'ten seconds', '-1s', '', '5 weeks', -1, Number.NaN, Infinity])(
    'refuses %j',
    (value) => expect(() => durationMs(value)).toThrow('is not a duration'),
  );

  test('says what to write instead', () => {
    expect(() => durationMs('10 secs')).toThrow(
      '"10 secs" is not a duration: write milliseconds as a number, or a number with `ms`, `s`, `m` or `h`, for example "10s".',
    );
  });
});

test.each([
  [0, '0 ms'],
  [39.6, '40 ms'],
  [999.7, '1 s'],
  [1150, '1.15 s'],
  [3200, '3.2 s'],
  [12_345, '12.3 s'],
  [154_300, '154 s'],
])('%d ms reads %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
