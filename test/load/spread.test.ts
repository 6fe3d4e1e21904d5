import { expect, test } from 'vitest';
import { spread } from '../../src/load/spread.ts';

test('clients take their places in turn', () => {
  expect(spread(5, ['a', 'b', 'c'])).toEqual(['a', 'b', 'c', 'a', 'b']);
});

test('those whose target stays, stay; a new target gets some of the fullest', () => {
  const now = spread(10, ['a', 'b', 'c']);
  const grown = spread(10, ['a', 'b', 'c', 'd'], now);
  expect(grown.filter((place, client) => place !== now[client])).toEqual(['d', 'd']);
  expect(grown.filter((place) => place === 'd')).toHaveLength(2);
});

test('those whose target is gone go on at the others, evenly', () => {
  const now = spread(6, ['a', 'b', 'c']);
  expect(spread(6, ['a', 'c'], now)).toEqual(['a', 'a', 'c', 'a', 'c', 'c']);
});

test('a target that came back is another one', () => {
  const [before, after] = [{ name: 'm1' }, { name: 'm1' }];
  expect(spread(2, [after], [before, before])).toEqual([after, after]);
});
