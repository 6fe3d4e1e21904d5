import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { documents } from '../docs/generate/documents.ts';
import { between, table } from '../docs/generate/markdown.ts';
import { needsOf, readMeasured } from '../docs/generate/measured.ts';
import { everyBuiltIn, loadScenarios } from '../src/runner/load-scenarios.ts';
import { ownDrills } from './fixtures/own-drills.ts';

test('the documents are those that the source makes (`npm run docs`)', async () => {
  for (const [path, text] of await documents())
    expect(readFileSync(path, 'utf8'), `${path} is stale: run \`npm run docs\``).toBe(text);
}, 60_000); // Every drill is loaded and every document formatted.

test('every drill says what it teaches, and has a control', async () => {
  const own = await ownDrills();
  expect(own.length).toBeGreaterThan(0);
  for (const { name, scenario } of own) {
    const { teaches, short, control } = scenario.definition;
    expect(teaches, name).toMatch(/\.$/);
    expect(short, name).toBeDefined();
    expect(Object.keys(control?.set ?? {}), `${name}: one parameter differs`).toHaveLength(1);
    expect(control?.violates.length, name).toBeGreaterThan(0);
  }
});

test('the table tells of every drill how long it takes and what it needs, and of no other', async () => {
  const every = await loadScenarios([everyBuiltIn]);
  expect([...readMeasured().keys()].toSorted()).toEqual(every.map(({ name }) => name).toSorted());
});

test('what a drill needs follows from what its run did', () => {
  const run = { seconds: 20, faults: [], etcd: '3.7.3', ownDisks: false };
  expect(needsOf(run)).toBe('the engine alone');
  expect(needsOf({ ...run, faults: ['kill', 'partition'] })).toBe('NET_ADMIN in the sidecar');
  expect(needsOf({ ...run, etcd: '3.6.16, 3.7.3', ownDisks: true })).toBe(
    'SYS_ADMIN in the helper, for disks of its own; etcd 3.6.16, 3.7.3',
  );
});

describe('markdown', () => {
  test('a cell cannot break its row', () => {
    expect(table(['a'], [['x | y\nz']])).toBe('| a |\n| --- |\n| x \\| y z |');
  });

  test('a document without its marks is refused', () => {
    expect(() => between('text', 'drills', 'x')).toThrow('<!-- drills:begin -->');
    expect(between('<!-- d:begin -->old<!-- d:end -->', 'd', 'new')).toBe(
      '<!-- d:begin -->\n\nnew\n\n<!-- d:end -->',
    );
  });
});
