import { describe, expect, test } from 'vitest';
import {
  choice,
  duration,
  flag,
  integer,
  nearest,
  readParameters,
  version,
} from '../src/parameters.ts';

const table = {
  target: choice(['leader', 'follower', 'minority'], 'leader', 'who'),
  hold: duration('10s', 'how long'),
  rounds: integer({ min: 1, max: 5 }, 2, 'how often'),
  strict: flag(false, 'how hard'),
  to: version('3.7.3', 'where to'),
};
const read = (...settings: string[]) => readParameters('partition', table, settings);

test('without settings every parameter has its default, durations in milliseconds', () => {
  expect(read()).toEqual({ target: 'leader', hold: 10_000, rounds: 2, strict: false, to: '3.7.3' });
});

test('settings are read by their own kind', () => {
  expect(read('target=minority', 'hold=1.5m', 'rounds=5', 'strict=true', 'to=3.6.16')).toEqual({
    target: 'minority',
    hold: 90_000,
    rounds: 5,
    strict: true,
    to: '3.6.16',
  });
});

test('a value may have an equals sign, which is then part of it', () => {
  expect(() => read('target=leader=m1')).toThrow(
    '`--set target=leader=m1`: expected one of leader, follower, minority; the nearest is `leader`.',
  );
});

describe('is refused', () => {
  test.each([
    [
      'traget=leader',
      'partition has no parameter `traget`: did you mean `target`? It has target, hold, rounds, strict, to.',
    ],
    [
      'constructor=x',
      'partition has no parameter `constructor`: did you mean `strict`? It has target, hold, rounds, strict, to.',
    ],
    ['hold', '`--set hold` has no value: write `--set hold=…`.'],
    [
      'target=folower',
      '`--set target=folower`: expected one of leader, follower, minority; the nearest is `follower`.',
    ],
    ['hold=10', '`--set hold=10`: expected a number with `ms`, `s`, `m` or `h`, for example 10s.'],
    ['rounds=0', '`--set rounds=0`: expected a whole number from 1 to 5.'],
    ['rounds=6', '`--set rounds=6`: expected a whole number from 1 to 5.'],
    ['rounds=2.5', '`--set rounds=2.5`: expected a whole number from 1 to 5.'],
    ['rounds=', '`--set rounds=`: expected a whole number from 1 to 5.'],
    ['rounds=0x2', '`--set rounds=0x2`: expected a whole number from 1 to 5.'],
    ['to=3.6', '`--set to=3.6`: expected a full version of etcd, for example 3.6.16.'],
    ['strict=yes', '`--set strict=yes`: expected true or false.'],
  ])('%s', (setting, message) => {
    expect(() => read(setting)).toThrow(expect.objectContaining({ name: 'DrillError', message }));
  });

  test('a parameter that is given twice', () => {
    expect(() => read('rounds=1', 'rounds=2')).toThrow(
      '`--set rounds` is given twice: one value each.',
    );
  });

  test('any setting of a drill without parameters', () => {
    expect(() => readParameters('smoke', {}, ['hold=1s'])).toThrow(
      'smoke has no parameters, but got `--set hold`.',
    );
  });
});

test('nearest is the candidate with the fewest changes; of equals the first', () => {
  expect(nearest('partiton', ['pause', 'partition', 'restart'])).toBe('partition');
  expect(nearest('x', ['a', 'b'])).toBe('a');
  expect(nearest('x', [])).toBe('');
});
