import { expect, test } from 'vitest';
import { readEndpoints } from '../../src/cli/access.ts';
import { temporaryFolder, written } from '../fixtures/snapshots.ts';

const read = (endpoints: string, flags = {}, env = {}) => readEndpoints(endpoints, flags, env);

test('endpoints are with or without a scheme', () => {
  expect(read('a:2379, http://b:2379/,https://[fd00::1]:2379')).toEqual([
    { member: 'a:2379', address: 'a:2379' },
    { member: 'b:2379', address: 'b:2379' },
    { member: '[fd00::1]:2379', address: '[fd00::1]:2379', tls: {} },
  ]);
});

test('certificates make endpoints without a scheme https', () => {
  using folder = temporaryFolder();
  const cacert = written(folder.path, 'an authority', 'ca.pem');
  expect(read('a:2379', { cacert })).toEqual([
    { member: 'a:2379', address: 'a:2379', tls: { ca: Buffer.from('an authority') } },
  ]);
  expect(() => read('http://a:2379', { cacert })).toThrow(
    '`--endpoints http://a:2379` is without TLS, and certificates are named: write https://, or leave `--cacert`, `--cert` and `--key` out.',
  );
});

test('the password comes from the environment or a file, and stands in nothing that is printed', () => {
  using folder = temporaryFolder();
  const file = written(folder.path, 'from a file\n', 'password');
  const [first] = read('a:2379', { user: 'root' }, { DRILL_PASSWORD: 'secret' });
  expect(first?.credentials?.password()).toBe('secret');
  expect(JSON.stringify(first)).not.toContain('secret');
  const [second] = read('a:2379', { user: 'root', 'password-file': file });
  expect(second?.credentials?.password()).toBe('from a file');
});

test.each([
  [
    'a',
    {},
    '`--endpoints a` is no endpoint of a member: expected host:port, http://host:port or https://host:port, several with commas.',
  ],
  [
    'ftp://a:1',
    {},
    '`--endpoints ftp://a:1` is no endpoint of a member: expected host:port, http://host:port or https://host:port, several with commas.',
  ],
  [
    'a:1',
    { cert: 'c' },
    "`--cert` is given without `--key`: a client's certificate and its key go together.",
  ],
  [
    'a:1',
    { key: 'k' },
    "`--key` is given without `--cert`: a client's certificate and its key go together.",
  ],
  [
    'a:1',
    { cacert: '/nowhere' },
    "`--cacert /nowhere` cannot be read: ENOENT: no such file or directory, open '/nowhere'. Name a file that you may read.",
  ],
  [
    'a:1',
    { user: 'root' },
    '`--user root` has no password: set DRILL_PASSWORD or name a file with `--password-file`.',
  ],
  [
    'a:1',
    { user: 'root:secret' },
    '`--user root:…` has a password, which everybody on this machine can read in the list of processes: set DRILL_PASSWORD or name a file with `--password-file`.',
  ],
  [
    'a:1',
    { 'password-file': '/p' },
    '`--password-file` is given without a name: add `--user NAME`.',
  ],
])('%s with %j is refused', (endpoints, flags, message) => {
  // prettier-ignore
  expect(() => read(endpoints, flags)).toThrow(message);
});
