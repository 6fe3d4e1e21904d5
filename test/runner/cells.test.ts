import { expect, test } from 'vitest';
import { sizesOf } from '../../src/runner/cells.ts';
import { scenario } from '../../src/scenario.ts';

const drillOn = (members?: readonly number[]) =>
  scenario(
    { summary: 's', assertions: [], ...(members ? { matrix: { members } } : {}) },
    async () => undefined,
  );

test.each([
  ['its first documented size', drillOn([5, 7]), undefined, false, [5]],
  ['every documented size with --matrix', drillOn([5, 7]), undefined, true, [5, 7]],
  ['the size asked for, documented or not', drillOn([5, 7]), 4, false, [4]],
  ['the size asked for, also with --matrix', drillOn([5, 7]), 4, true, [4]],
  ['three where none is documented', drillOn(), undefined, false, [3]],
  ['three where none is documented, with --matrix', drillOn(), undefined, true, [3]],
])('%s', (_, scenarioOf, asked, matrix, sizes) => {
  expect(sizesOf(scenarioOf, asked, matrix)).toEqual(sizes);
});
