import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { settleRun } from '../../src/cli/settle-run.ts';

const settle = async (drill: string, ...set: string[]) => {
  const flags = { short: false, control: false, matrix: false, bail: false, keep: false };
  const words = { drills: [drill], set, output: tmpdir() };
  const [only] = (await settleRun({ ...flags, ...words }, {})).cells;
  return [...(only?.etcd ?? []), ...(only?.later ?? [])];
};

test('an upgrade goes by way of each minor, and of what must be passed', async () => {
  expect(await settle('rolling-upgrade')).toEqual(['3.5.35', '3.6.16', '3.7.3']);
  expect(await settle('rolling-upgrade', 'from=3.5.16', 'to=3.6.16')).toEqual([
    '3.5.16',
    '3.5.35',
    '3.6.16',
  ]);
  expect(await settle('rolling-upgrade', 'path=straight', 'preflight=off')).toEqual([
    '3.5.35',
    '3.7.3',
  ]);
}, 30_000);

test('a downgrade goes back minor by minor', async () => {
  expect(await settle('downgrade', 'to=3.5.35')).toEqual(['3.7.3', '3.6.16', '3.5.35']);
}, 30_000);

test.each([
  [
    'rolling-upgrade',
    ['path=straight'],
    'The versions of rolling-upgrade cannot be made: 3.5.35 to 3.7.3 skips a minor, and etcd goes up one at a time: leave out `--set path=straight`, or see with `--set preflight=off` what becomes of it.',
  ],
  [
    'rolling-upgrade',
    ['to=3.5.16'],
    'The versions of rolling-upgrade cannot be made: 3.5.16 is not above 3.5.35: see `downgrade`.',
  ],
  [
    'downgrade',
    ['to=3.7.4'],
    'The versions of downgrade cannot be made: 3.7.4 is not below 3.7.3: see `rolling-upgrade`.',
  ],
  [
    'downgrade',
    ['to=3.4.23'],
    'The versions of downgrade cannot be made: etcd goes back to 3.5 at the lowest, and not to 3.4.23.',
  ],
])('%s with %s is refused before anything starts', async (drill, set, message) => {
  await expect(settle(drill, ...set)).rejects.toThrow(
    expect.objectContaining({ name: 'DrillError', message }),
  );
});
