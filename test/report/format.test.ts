import { describe, expect, test } from 'vitest';
import { bytes, count, duration, instant, moment, quantity } from '../../src/report/format.ts';

describe('format', () => {
  test.each([
    [0, '0 ms'],
    [0.4212, '0.42 ms'],
    [9.996, '10 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1262, '1.26 s'],
    [59_960, '1 min'],
    [185_000, '3 min 05 s'],
    [7_620_000, '2 h 07 min'],
    [-5, '−5.00 ms'],
  ])('duration(%d) is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  test('groups thousands without a locale', () => {
    expect(count(1_234_567.891)).toBe('1,234,567.89');
  });

  test('writes quantities in the units of their measurements', () => {
    expect(bytes(1_572_864)).toBe('1.5 MiB');
    expect(quantity(12.5, 'percent')).toBe('12.5%');
    expect(quantity(1500, 'per-second')).toBe('1,500/s');
  });

  test('writes moments of the run and instants of the world', () => {
    expect(moment(12_345.4)).toBe('12.345 s');
    expect(moment(3_723_400)).toBe('1:02:03.4');
    expect(instant('2026-01-14T09:30:00.000Z')).toBe('2026-01-14 09:30:00 UTC');
  });
});
