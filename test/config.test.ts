import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defineConfig, loadConfig } from '../src/config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (source: string) => {
  writeFileSync(join(folder, 'drill.config.ts'), source);
  return loadConfig(folder);
};

test('a folder without one has no defaults', async () => {
  expect(await loadConfig(folder)).toEqual({});
});

test('every default of the command line is read', async () => {
  const config = {
    scenarios: ['drills/*.ts'],
    etcd: '3.5.16',
    members: 5,
    seed: 7,
    timeout: '5m',
    output: 'out',
    reporters: ['terminal'],
  };
  expect(defineConfig(config)).toBe(config);
  expect(await load(`export default ${JSON.stringify(config)} satisfies object;`)).toEqual(config);
});

describe('is refused', () => {
  const advice = 'Export a configuration with `export default defineConfig({ … })`.';
  test.each([
    ['{ member: 5 }', 'the default export has no field `member`, did you mean `members`'],
    ['{ members: 0 }', 'the default export.members is 0: Too small: expected number to be >=1'],
    [
      '{ members: "5" }',
      'the default export.members is "5": Invalid input: expected number, received string',
    ],
    ['{ seed: -1 }', 'the default export.seed is -1: Too small: expected number to be >=0'],
    [
      '{ scenarios: "drills/*.ts" }',
      'the default export.scenarios is "drills/*.ts": Invalid input: expected array, received string',
    ],
    [
      'undefined',
      'the default export is undefined: Invalid input: expected object, received undefined',
    ],
  ])('%s', async (source, problem) => {
    await expect(load(`export default ${source};`)).rejects.toMatchObject({
      name: 'DrillError',
      message: `${join(folder, 'drill.config.ts')}: ${problem}. ${advice}`,
      code: 3,
    });
  });

  test('a file without a default export', async () => {
    await expect(load('export const members = 5;')).rejects.toThrow(
      `the default export is undefined: Invalid input: expected object, received undefined. ${advice}`,
    );
  });

  test('a file that throws, with what it said', async () => {
    await expect(load(`throw new Error('no such variable');`)).rejects.toThrow(
      `Could not load ${join(folder, 'drill.config.ts')}: no such variable`,
    );
  });

  test('a file that is no TypeScript', async () => {
    await expect(load('export default {{')).rejects.toThrow(
      `Could not load ${join(folder, 'drill.config.ts')}: `,
    );
  });
});
