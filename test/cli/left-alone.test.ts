import { expect, test } from 'vitest';
import { leftAlone } from '../../src/cli/left-alone.ts';

test.each([
  ['alive', 'left r1: it is alive'],
  ['kept', 'left r1: it is kept'],
  [
    'silent',
    'left r1: it could not be asked and may be alive; `drill clean r1` removes it all the same',
  ],
] as const)('a run that is %s is left, and why is said', (state, line) => {
  expect(leftAlone({ run: 'r1', state })).toBe(line);
});
