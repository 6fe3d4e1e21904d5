import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reproduce } from '../../src/cli/reproduce.ts';
import { scenario } from '../../src/scenario.ts';

const image = { reference: 'sha256:1', version: '3.7.3', source: 'go:3.7.3' };
const cell = {
  drill: 'partition',
  source: 'partition',
  scenario: scenario({ summary: 's', assertions: [] }, async () => undefined),
  parameters: {},
  members: 5,
};

const plain = { set: [] as string[], short: false, control: false };

let called: string | undefined;
beforeEach(() => {
  called = process.env['DRILL_COMMAND'];
  delete process.env['DRILL_COMMAND'];
});
afterEach(() => {
  if (called === undefined) delete process.env['DRILL_COMMAND'];
  else process.env['DRILL_COMMAND'] = called;
});

test('names drill, size, version and seed, whatever was left to defaults', () => {
  expect(reproduce(cell, 7, [image], plain)).toBe(
    'drill run partition --members 5 --etcd go:3.7.3 --seed 7',
  );
});

test('leaves the version to a drill that names its own', () => {
  expect(reproduce(cell, 7, [], { ...plain, etcd: '3.5.16' })).toBe(
    'drill run partition --members 5 --seed 7',
  );
});

test('repeats settings, the version as it was asked for, and the published address', () => {
  const flags = {
    ...plain,
    set: ['target=majority', 'hold=5s'],
    etcd: '3.7.3',
    publish: '10.0.0.1',
  };
  expect(reproduce(cell, 0, [image], flags)).toBe(
    'drill run partition --set target=majority --set hold=5s --members 5 --etcd 3.7.3 --seed 0 --publish 10.0.0.1',
  );
});

test('says that it is short, and the control, which change its settings', () => {
  const flags = { ...plain, short: true, control: true };
  expect(reproduce(cell, 7, [image], flags)).toContain('run partition --short --control --members');
});

test('begins as the wrapper was called', () => {
  process.env['DRILL_COMMAND'] = './drill';
  expect(reproduce(cell, 7, [image], plain)).toMatch(/^\.\/drill run partition /);
});

test('a shell reads it back word by word, whatever is in it', () => {
  const source = `my drills/it's "$HOME" & \`co\`.ts`;
  const set = ['note=a b;c', 'empty='];
  const command = reproduce({ ...cell, source }, 7, [image], { ...plain, set });
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' });
  expect(words.trimEnd().split('\n')).toEqual([
    'drill',
    'run',
    source,
    '--set',
    'note=a b;c',
    '--set',
    'empty=',
    '--members',
    '5',
    '--etcd',
    'go:3.7.3',
    '--seed',
    '7',
  ]);
});
