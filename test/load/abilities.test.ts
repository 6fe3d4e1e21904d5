import { expect, test } from 'vitest';
import { isAble, lacking } from '../../src/load/abilities.ts';

test('what 3.3 lacks is named, with the version that has it', () => {
  expect(lacking('3.3.25')).toEqual([
    { ability: 'watch progress requests', since: '3.4' },
    { ability: 'watch fragments', since: '3.4' },
    { ability: 'learners', since: '3.4' },
  ]);
});

test.each(['3.4.0', '3.5.16', '3.10.1', '4.0.0'])('%s lacks nothing', (version) => {
  expect(lacking(version)).toEqual([]);
  expect(isAble(version, 'learners')).toBe(true);
});

test('a major version before is older, whatever its minor', () => {
  expect(isAble('2.9.0', 'watch fragments')).toBe(false);
});
