import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The arrow runs one way: what shows a run reads its record and knows nothing of how it was made. */
const makers = /from '(?:\.\.\/)+(?:cli|cluster|engine|etcd|faults|load|runner|scenarios)\//;

test.each(globSync('src/{journal,report,reporters}/**/*.ts'))('%s imports nothing live', (path) => {
  expect(readFileSync(path, 'utf8')).not.toMatch(makers);
});

test('a live import would be found', () => {
  expect("import { x } from '../../cluster/spec.ts';").toMatch(makers);
});
