import { afterAll, describe, expect, test } from 'vitest';
import { commandOf, type RehearseFlags, settleRehearsal } from '../../src/cli/settle-rehearsal.ts';
import { DrillError } from '../../src/errors.ts';
import { refuseLocked, refuseUnfit } from '../../src/rehearse/refuse-unfit.ts';
import { summary } from '../fixtures/rehearsal.ts';
import { temporaryFolder } from '../fixtures/snapshots.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const flags: RehearseFlags = {
  file: '/backups/my backup.db',
  members: '3',
  'show-values': false,
  'prefix-depth': '3',
  timeout: '30m',
  output: folder.path,
};

test('flags are read', () => {
  const settled = settleRehearsal({ ...flags, quota: '8GiB', timeout: '5m' }, {});
  expect(settled).toMatchObject({ members: 3, quotaBytes: 8 * 2 ** 30, timeoutMs: 300_000 });
  expect(settled.live).toBeUndefined();
});

test('the live cluster and the restored one are read by the same user', () => {
  const env = { DRILL_PASSWORD: 'secret' };
  const asked = { ...flags, user: 'root', 'compare-endpoints': '10.0.0.1:2379,10.0.0.2:2379' };
  const { live = [], credentials } = settleRehearsal(asked, env);
  expect(live.map(({ address }) => address)).toEqual(['10.0.0.1:2379', '10.0.0.2:2379']);
  expect(credentials?.password()).toBe('secret');
});

test.each<[Partial<RehearseFlags>, string]>([
  [{ members: '10' }, '`--members 10`: expected a whole number from 1 to 9.'],
  [{ 'prefix-depth': '0' }, '`--prefix-depth 0`: expected a whole number from 1 to 9.'],
  [
    { quota: '8GB' },
    '`--quota 8GB`: expected bytes, or a number with KiB, MiB or GiB, for example 8GiB.',
  ],
  [
    { timeout: '5' },
    '`--timeout 5`: "5" is not a duration: write milliseconds as a number, or a number with `ms`, `s`, `m` or `h`, for example "10s".',
  ],
])('%o is refused', (wrong, message) => {
  expect(() => settleRehearsal({ ...flags, ...wrong }, {})).toThrow(new DrillError(message));
});

test('the command that does it again says all that was said', () => {
  const image = { reference: 'sha256:1', version: '3.6.16', source: 'go:3.6.16' };
  const usual = { ...flags, output: 'reports' };
  expect(commandOf(usual, image)).toMatch(/ --members 3 --etcd go:3\.6\.16$/);
  const asked = { ...usual, timeout: '5m', 'prefix-depth': '2', output: '/srv/reports' };
  expect(commandOf(asked, image)).toMatch(
    / --etcd go:3\.6\.16 --prefix-depth 2 --timeout 5m --output \/srv\/reports$/,
  );
});

test('the command that does it again has no password', () => {
  const image = { reference: 'sha256:1', version: '3.6.16', source: 'go:3.6.16' };
  const asked = {
    ...flags,
    output: 'reports',
    user: 'root',
    'password-file': '/secret',
    quota: '8GiB',
  };
  expect(commandOf(asked, image)).toMatch(
    /rehearse '\/backups\/my backup\.db' --members 3 --etcd go:3\.6\.16 --quota 8GiB --user root --password-file \/secret$/,
  );
});

describe('a file that cannot be rehearsed so is refused before anything starts', () => {
  test('an etcd that is older than its storage', () => {
    expect(() => refuseUnfit(summary, '3.5.35')).toThrow(
      new DrillError(
        "The snapshot /backups/monday.db has the storage version 3.6.0, and etcd 3.5.35 is older: its tool restores the file without an error, and the etcd then ends, or runs on what it does not know. Name an etcd 3.6 with `--etcd`, as the file's cluster had.",
      ),
    );
    for (const etcd of ['3.6.1', '3.7.3']) refuseUnfit(summary, etcd);
    refuseUnfit({ ...summary, version: '', clusterVersion: '' }, '3.4.23');
  });

  test('an etcd that is older than its cluster, where the file does not tell its storage', () => {
    const of35 = { ...summary, version: '', clusterVersion: '3.5.0' };
    expect(() => refuseUnfit(of35, '3.4.23')).toThrow(
      'The snapshot /backups/monday.db is of a cluster of version 3.5.0, and etcd 3.4.23 is older',
    );
    refuseUnfit(of35, '3.5.2');
  });

  test('one with users, where none is named', () => {
    const locked = { ...summary, authEnabled: true, users: 2 };
    expect(() => refuseLocked(locked)).toThrow('has authentication on (2 users)');
    refuseLocked(locked, 'root');
    refuseLocked(summary);
  });
});
