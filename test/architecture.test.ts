import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assertionNames } from '../src/assertions/registry.ts';
import { builtInNames, loadScenarios } from '../src/runner/load-scenarios.ts';

const sources = globSync('src/**/*.{ts,js}').filter((path) => !/_pb\.(js|d\.ts)$/.test(path));
const read = (path: string): string => readFileSync(path, 'utf8');

/** Files of this project that a file imports, types too, by their paths from the root. */
function imports(path: string): string[] {
  const named = read(path).matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g);
  return [...named].map(([, target = '']) => normalize(join(dirname(path), target)));
}

describe('the arrow runs one way', () => {
  test.each(['checker', 'assertions', 'report', 'reporters', 'journal', 'history'])(
    'what %s judges or shows is what was recorded',
    (folder) => {
      const own = sources.filter((path) => path.startsWith(`src/${folder}/`));
      expect(own.length).toBeGreaterThan(2);
      const wrong = own.flatMap((path) =>
        imports(path)
          .filter((target) => /^src\/(cluster|faults|runner|engine|cli)\//.test(target))
          .map((target) => `${path} imports ${target}`),
      );
      expect(wrong).toEqual([]);
    },
  );

  test('only the command line imports the command line', () => {
    const wrong = sources
      .filter((path) => !path.startsWith('src/cli/'))
      .filter((path) => imports(path).some((target) => target.startsWith('src/cli/')));
    expect(wrong).toEqual([]);
  });

  test('an import that would be wrong is seen', () => {
    expect(imports('src/runner/outcome.ts')).toContain('src/faults/fault.ts');
    expect(imports('src/cli/main.ts')).toContain('src/cli/run.ts');
  });
});

describe('one public index', () => {
  test('there is no other', () => {
    expect(sources.filter((path) => basename(path).startsWith('index.'))).toEqual(['src/index.ts']);
  });

  test('no other file passes on what it does not make', () => {
    const barrels = sources.filter(
      (path) => path !== 'src/index.ts' && /^export .* from '/m.test(read(path)),
    );
    expect(barrels).toEqual([]);
  });

  test('it names what it exports', () => {
    expect(read('src/index.ts')).not.toContain('export *');
  });
});

test('no source file is over 300 lines, and the median is at most 80', () => {
  const lengths = sources.map((path) => ({ path, lines: read(path).split('\n').length - 1 }));
  expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  const sorted = lengths.map(({ lines }) => lines).toSorted((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(80);
});

describe('a file is called what it makes', () => {
  test('every fault', () => {
    const faults = globSync('src/faults/*/*.ts').filter((path) =>
      /\): (?:HealableFault|Damage) \{$/m.test(read(path)),
    );
    expect(faults).toContain('src/faults/network/partition.ts');
    for (const path of faults) expect(namesIn(path)).toEqual([basename(path, '.ts')]);
  });

  test('every assertion', () => {
    const files = globSync('src/assertions/*.ts')
      .map((path) => basename(path, '.ts'))
      .filter((name) => name !== 'assertion' && name !== 'registry');
    expect([...assertionNames].toSorted()).toEqual(files.toSorted());
  });

  test('every drill, and each exports a scenario that says what it does', async () => {
    const files = globSync('src/scenarios/**/*.ts').map((path) =>
      relative('src/scenarios', path).replace(/\.ts$/, ''),
    );
    expect(builtInNames()).toEqual(files.toSorted());
    for (const { scenario } of await loadScenarios(builtInNames()))
      expect(scenario.definition.summary).toMatch(/\.$/);
  });
});

function namesIn(path: string): string[] {
  return [...read(path).matchAll(/^ {4}name: '([^']+)',$/gm)].map(([, name = '']) => name);
}
