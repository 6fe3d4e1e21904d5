import { expect, test } from 'vitest';
import { isBelow, minorOf, pathOf } from '../../src/upgrade/versions.ts';

test.each([
  ['3.5.35', '3.6.16', ['3.5.35', '3.6.16']],
  ['3.6.15', '3.6.16', ['3.6.15', '3.6.16']],
  ['3.3.25', '3.7.3', ['3.3.25', '3.4.23', '3.5.35', '3.6.16', '3.7.3']],
  ['3.5.16', '3.6.16', ['3.5.16', '3.5.35', '3.6.16']],
  ['3.5.16', '3.5.26', ['3.5.16', '3.5.26']],
  ['3.7.3', '3.5.35', ['3.7.3', '3.6.16', '3.5.35']],
])('the safe path from %s to %s', (from, to, path) => {
  expect(pathOf(from, to, 'safe')).toEqual(path);
});

test('the straight path stops nowhere', () => {
  expect(pathOf('3.5.16', '3.7.3', 'straight')).toEqual(['3.5.16', '3.7.3']);
});

test('versions are compared as numbers', () => {
  expect(minorOf('3.10.2')).toBe(10);
  expect(isBelow('3.5.9', '3.5.26')).toBe(true);
  expect(isBelow('3.10.0', '3.9.1')).toBe(false);
  expect(isBelow('3.5.26', '3.5.26')).toBe(false);
});
