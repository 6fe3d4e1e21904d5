import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseClusterSpec } from '../../src/cluster/spec.ts';
import { loadSpec } from '../../src/load/spec.ts';
import { readParameters } from '../../src/parameters.ts';
import { settled } from '../../src/runner/cells.ts';
import { assertionsOf } from '../../src/runner/judge.ts';
import { loadScenarios } from '../../src/runner/load-scenarios.ts';

const files = readdirSync(new URL('../../src/scenarios/regression', import.meta.url));
const loaded = await loadScenarios(['regression/*']);

test('the family has every file of its folder, each named by an issue of etcd', () => {
  const names = files.map((file) => `regression/${file.replace('.ts', '')}`);
  expect(loaded.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  for (const { name, scenario } of loaded) {
    const [, issue] = name.split('/');
    expect(scenario.definition.summary).toContain(`(etcd #${issue})`);
  }
});

describe.each(loaded)('$name', ({ name, scenario }) => {
  const { definition } = scenario;
  const parameters = readParameters(name, definition.parameters ?? {}, []);

  test('asks for a cluster and a load that can be had', () => {
    const cluster = settled(definition.cluster ?? {}, { parameters });
    for (const members of definition.matrix?.members ?? []) {
      expect(() => parseClusterSpec({ ...cluster, members })).not.toThrow();
    }
    expect(() => loadSpec(settled(definition.load ?? {}, { parameters }))).not.toThrow();
  });

  test('is held only if it was triggered', () => {
    const cell = { drill: name, source: name, scenario, parameters, members: 3 };
    expect(assertionsOf(cell).map((assertion) => assertion.name)).toContain('triggered');
  });
});
