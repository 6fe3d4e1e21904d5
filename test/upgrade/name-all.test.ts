import { expect, test } from 'vitest';
import { DrillError } from '../../src/errors.ts';
import { nameAll } from '../../src/upgrade/name-all.ts';

const members = ['1', '2', '3'].map((id) => ({ id, name: `m${id}` }));
const at = (...ids: (string | undefined)[]) =>
  ids.map((id, index) => ({ name: `h${index + 1}:2379`, ...(id !== undefined && { id }) }));

test('the members, each once, in any order and silent or not', () => {
  nameAll(at('3', '1', '2'), members);
  nameAll(at('1', undefined, '2'), members);
});

test.each([
  [
    at('1', '1', '1'),
    'h1:2379 and h2:2379 in `--endpoints` are one member (1): name each member once, by an address of its own.',
  ],
  [
    at('1', '2'),
    'The cluster has 3 members, and `--endpoints` does not name m3 (3): name them all, for one can be what speaks against it.',
  ],
  [
    [...at('1'), { name: 'x:1' }, { name: 'x:1' }],
    'The cluster has 3 members, and `--endpoints` does not name m2 (2), m3 (3): name them all, for one can be what speaks against it.',
  ],
  [
    at('1', '2', 'ab'),
    'h3:2379 in `--endpoints` (ab) is no member of the cluster that the others are of: name the members of one cluster.',
  ],
])('%o is refused', (asked, message) => {
  expect(() => nameAll(asked, members)).toThrow(new DrillError(message));
});
