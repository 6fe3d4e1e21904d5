import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { builtInNames, everyBuiltIn, loadScenarios } from '../../src/runner/load-scenarios.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-scenarios-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const body = `scenario({ summary: 'Break it.', assertions: [durable()] }, async () => {})`;
const good = `import { durable, scenario } from 'etcd-drill';\nexport default ${body};\n`;

function write(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

/** Loads in a process of its own, where Node reads the file and not the test runner. */
async function loadNatively(...patterns: string[]): Promise<string> {
  const program = `
    import { loadScenarios } from './src/runner/load-scenarios.ts';
    try {
      const loaded = await loadScenarios(${JSON.stringify(patterns)});
      process.stdout.write(JSON.stringify(loaded.map(({ name, source, scenario }) => [name, source, scenario.definition.summary])));
    } catch (error) {
      process.stdout.write(error.name + ' ' + error.code + ': ' + error.message);
    }
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    program,
  ]);
  return stdout;
}

async function namesOf(...patterns: string[]): Promise<string[]> {
  return (await loadScenarios(patterns)).map(({ name }) => name);
}

describe('built-in drills', () => {
  test('are named by their files', () => {
    expect(builtInNames()).toContain('partition');
    expect(builtInNames()).toEqual(builtInNames().toSorted());
  });

  test('load by name and by glob, each once', async () => {
    const loaded = await loadScenarios(['partition', 'part*', '*']);
    const names = loaded.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(loaded.find(({ name }) => name === 'partition')).toMatchObject({
      source: 'partition',
      scenario: { kind: 'drill-scenario', definition: { matrix: { members: [3, 5, 7] } } },
    });
  });

  test('those in a folder carry its name, and `*` alone does not reach them', async () => {
    expect(builtInNames()).toContain('regression/18089');
    expect(await namesOf('regression/18089')).toEqual(['regression/18089']);
    const family = await namesOf('regression/*');
    expect(family.length).toBeGreaterThan(1);
    expect(family.every((name) => name.startsWith('regression/'))).toBe(true);
    expect(await namesOf('*')).not.toContain('regression/18089');
    expect(await namesOf(everyBuiltIn)).toEqual(builtInNames());
    await expect(loadScenarios(['regression/18088'])).rejects.toThrow(
      'There is no drill or scenario file `regression/18088`: did you mean `regression/18089`?',
    );
  });

  test('what is none and no file names the nearest', async () => {
    const message =
      'There is no drill or scenario file `partiton`: did you mean `partition`? See `drill list`.';
    await expect(loadScenarios(['partiton'])).rejects.toMatchObject({
      name: 'DrillError',
      message,
      code: 3,
    });
    await expect(loadScenarios([join(folder, '*.ts')])).rejects.toThrow(/^There is no drill or/);
    mkdirSync(join(folder, 'looks-like.ts'));
    await expect(loadScenarios([join(folder, 'looks-like.ts')])).rejects.toThrow(/^There is no/);
  });
});

describe("a user's file", { timeout: 30_000 }, () => {
  test('outside the project imports the drill that is running', async () => {
    const path = write('my-drill.ts', good);
    expect(JSON.parse(await loadNatively(path))).toEqual([['my-drill', path, 'Break it.']]);
  });

  test('several load by a glob, in the order of their names; other files do not', async () => {
    const paths = ['b.ts', 'a.mts', 'c.js'].map((name) => write(name, good));
    write('notes.md', 'nothing');
    const loaded = JSON.parse(await loadNatively(join(folder, '*'))) as [string, string][];
    expect(loaded.map(([name]) => name)).toEqual(['a', 'b', 'c']);
    expect(loaded.map(([, source]) => basename(source))).toEqual(['a.mts', 'b.ts', 'c.js']);
    expect(paths).toHaveLength(3);
  });

  test.each([
    ['an object of another kind', `export default { kind: 'plan' };`],
    ['no default', `export const drill = 1;`],
    ['null', `export default null;`],
  ])('that exports %s is no scenario', async (_, source) => {
    const path = write('wrong.ts', source);
    expect(await loadNatively(path)).toBe(
      `DrillError 3: ${path} is no scenario: its default export must be \`scenario({ … }, async (stage) => { … })\`.`,
    );
  });

  test('with a syntax error is shown its place', async () => {
    const path = write('broken.ts', `${good}\nconst leader = await (;\n`);
    const said = await loadNatively(path);
    expect(said).toMatch(`DrillError 3: Could not load the scenario ${path}: `);
    expect(said).toContain('broken.ts:4');
    expect(said).toContain('await (;');
  });

  test('that throws says what, and one that imports what is not there too', async () => {
    const path = write('throws.ts', `throw new Error('no cluster at hand');`);
    expect(await loadNatively(path)).toBe(
      `DrillError 3: Could not load the scenario ${path}: no cluster at hand`,
    );
    const importing = write('imports.ts', `import { nothing } from './nowhere.ts';`);
    expect(await loadNatively(importing)).toMatch(/Cannot find module .*nowhere\.ts/);
    const misspelt = write('misspelt.ts', `import { scenaro } from 'etcd-drill'; scenaro();`);
    expect(await loadNatively(misspelt)).toContain(`does not provide an export named 'scenaro'`);
  });

  test('that never ends loading is given up after 10 s', async () => {
    const path = write('hangs.ts', `setInterval(() => {}, 1000); await new Promise(() => {});`);
    const startedAt = performance.now();
    expect(await loadNatively(path)).toBe(
      `DrillError 3: Could not load the scenario ${path}: it did not finish loading in 10 s (a top-level await that never ends?)`,
    );
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});
