import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('assertions judge what was recorded: they import nothing that touches a cluster', () => {
  const files = globSync('src/assertions/**/*.ts');
  expect(files.length).toBeGreaterThan(8);
  const wrong = files.filter((file) =>
    /from '(?:\.\.\/)+(?:cluster|faults|engine|etcd|load|runner)\//.test(
      readFileSync(file, 'utf8'),
    ),
  );
  expect(wrong).toEqual([]);
});
