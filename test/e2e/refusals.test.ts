import { writeFile } from 'node:fs/promises';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drill } from '../fixtures/drill.ts';

/** Words, and exactly what is said about them. */
const refused: readonly (readonly [words: string, message: string])[] = [
  [
    'run partitoin',
    'There is no drill or scenario file `partitoin`: did you mean `partition`? See `drill list`.',
  ],
  ['runn partition', 'There is no command `runn`: did you mean `run`? See `drill --help`.'],
  ['', 'Name a command. See `drill --help`.'],
  ['run', 'Name a drill to run, for example `drill run partition`; see `drill list`.'],
  [
    'run partition --membrs 3',
    'There is no flag `--membrs`: did you mean `--members`? See `drill run --help`.',
  ],
  [
    'run partition --set hodl=1s',
    'partition has no parameter `hodl`: did you mean `mode`? It has mode, target, joins, direction, scope, hold, heal.',
  ],
  [
    'run partition --set target=leadr',
    '`--set target=leadr`: expected one of leader, follower, minority, majority; the nearest is `leader`.',
  ],
  ['run partition --set hold', '`--set hold` has no value: write `--set hold=…`.'],
  [
    'run partition --set hold=ten',
    '`--set hold=ten`: expected a number with `ms`, `s`, `m` or `h`, for example 10s.',
  ],
  ['run partition --set hold=1s --set hold=2s', '`--set hold` is given twice: one value each.'],
  ['run partition --set', 'Not enough arguments following: set. See `drill run --help`.'],
  ['run partition --members 0', '`--members 0`: expected a whole number from 1 to 9.'],
  ['run partition --members three', '`--members three`: expected a whole number from 1 to 9.'],
  ['run partition --members 3 --members 5', '`--members` is given 2 times: one value each.'],
  ['run partition --seed abc', '`--seed abc`: expected a whole number from 0 to 2147483647.'],
  [
    'run partition --timeout 8',
    '`--timeout 8`: "8" is not a duration: write milliseconds as a number, or a number with `ms`, `s`, `m` or `h`, for example "10s".',
  ],
  [
    'run partition --reporter xml',
    'There is no reporter "xml". Did you mean `--reporter html`? Reporters: html, json, junit, github, terminal.',
  ],
  ['run --grep nothing-has-this', 'No drill matches `--grep nothing-has-this`: see `drill list`.'],
];

// An engine that must not be asked: what is refused is refused before.
const env = { DOCKER_HOST: 'tcp://127.0.0.1:1' };

describe('what is not understood is refused before anything starts', () => {
  test.each(refused)('drill %s', async (words, message) => {
    await using cwd = await mkdtempDisposable(join(tmpdir(), 'drill-e2e-'));
    const args = words.split(' ').filter((word) => word !== '');
    expect(await drill(args, { cwd: cwd.path, env })).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: `drill: ${message}`,
    });
  });

  test('an output folder that cannot be written', async () => {
    await using cwd = await mkdtempDisposable(join(tmpdir(), 'drill-e2e-'));
    const file = join(cwd.path, 'a-file');
    await writeFile(file, '');
    const output = join(file, 'reports');
    expect(await drill(['run', 'partition', '--output', output], { env })).toEqual({
      exitCode: 3,
      stdout: '',
      stderr:
        `drill: Reports cannot be written to ${output}: ENOTDIR: not a directory, mkdir '${output}'. ` +
        'Name a writable folder with `--output`.',
    });
  });

  test('an engine that was named and does not answer, without another in its place', async () => {
    await using cwd = await mkdtempDisposable(join(tmpdir(), 'drill-e2e-'));
    expect(await drill(['run', 'partition'], { cwd: cwd.path, env })).toEqual({
      exitCode: 3,
      stdout: '',
      stderr:
        'drill: DOCKER_HOST=tcp://127.0.0.1:1 does not answer: connect ECONNREFUSED 127.0.0.1:1; ' +
        'start that engine, or choose another with DOCKER_HOST or DOCKER_CONTEXT',
    });
  });

  test('an etcd that no source has', async () => {
    await using cwd = await mkdtempDisposable(join(tmpdir(), 'drill-e2e-'));
    const ended = await drill(['run', 'partition', '--etcd', 'newest'], { cwd: cwd.path });
    expect(ended).toEqual({
      exitCode: 3,
      stdout: '',
      stderr:
        'drill: `--etcd newest` names no etcd; expected a full version (3.7.3), ' +
        'registry:<reference>, go:<version>, deb:<suite> or dir:<path>',
    });
  });
});
