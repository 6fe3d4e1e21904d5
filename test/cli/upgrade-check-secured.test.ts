import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAuthority } from '../fixtures/certificates.ts';
import { drill } from '../fixtures/drill.ts';
import { startSingleEtcd } from '../fixtures/single-etcd.ts';
import { temporaryFolder, written } from '../fixtures/snapshots.ts';

const password = 'correct horse battery staple';

test('a cluster with TLS and users is asked by who is let in, and nobody else', async () => {
  using folder = temporaryFolder();
  const authority = await createAuthority('drill test');
  const { ca } = authority;
  const { cert, key } = await authority.leaf('an operator');
  const { ca: wrongCa } = await createAuthority('somebody else');
  for (const [name, bytes] of Object.entries({ ca, cert, key, wrongCa }))
    written(folder.path, bytes, name);
  const file = (name: string): string => join(folder.path, name);
  await using etcd = await startSingleEtcd({
    request: 'go:3.5.35',
    tls: { ca, ...(await authority.leaf('server')) },
  });
  const etcdctl = async (...words: string[]): Promise<void> => {
    const files = ['--cacert=/tls/ca', '--cert=/tls/cert', '--key=/tls/key'];
    const { exitCode, output } = await etcd.exec(['etcdctl', ...files, ...words]);
    expect(exitCode, output).toBe(0);
  };
  await etcdctl('user', 'add', `root:${password}`);
  await etcdctl('user', 'grant-role', 'root', 'root');
  await etcdctl('auth', 'enable');

  const check = (authorityFile: string, secret: string) => {
    const asked = ['--endpoints', etcd.address, '--to', '3.5.36', '--user', 'root'];
    const files = ['--cacert', file(authorityFile), '--cert', file('cert'), '--key', file('key')];
    return drill(['upgrade', 'check', ...asked, ...files], { env: { DRILL_PASSWORD: secret } });
  };
  expect(await check('ca', password)).toEqual({
    exitCode: 0,
    stdout:
      "Nothing that the members tell speaks against 3.5.36: the cluster's version is 3.5.0, and every member is well.",
    stderr: '',
  });
  // Which of its questions is refused first is nobody's to say.
  const refused = (why: RegExp) => {
    const asked = `No member could be asked: ${etcd.address} \\((\\w+ on \\S+ failed: )?${why.source}`;
    const remedy =
      /\)\. Are they up, are these client addresses, and do they let in who asks \(`--cacert`, `--cert`, `--key`, `--user`\)\?$/;
    const stderr = expect.stringMatching(new RegExp(`^drill: ${asked}${remedy.source}`));
    return { exitCode: 3, stdout: '', stderr };
  };
  expect(await check('wrongCa', password)).toEqual(
    refused(/.*unable to verify the first certificate.*/),
  );
  expect(await check('ca', 'wrong')).toEqual(
    refused(
      /could not authenticate as root: etcdserver: authentication failed, invalid user ID or password \(gRPC code -1\)/,
    ),
  );
}, 90_000);
