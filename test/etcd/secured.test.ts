import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAdmin } from '../../src/etcd/admin.ts';
import { openClient, type EtcdClient, type EtcdTarget } from '../../src/etcd/client.ts';
import type { Tls } from '../../src/etcd/connection.ts';
import { snapshot } from '../../src/etcd/snapshot.ts';
import type { WatchRecord } from '../../src/history/operation.ts';
import { createAuthority } from '../fixtures/certificates.ts';
import { startSingleEtcd, type SingleEtcd } from '../fixtures/single-etcd.ts';

const password = 'correct horse battery staple';
let etcd: SingleEtcd;
let tls: Required<Tls>;
const opened: EtcdClient[] = [];

beforeAll(async () => {
  const authority = await createAuthority('drill test');
  const { ca } = authority;
  etcd = await startSingleEtcd({ tls: { ca, ...(await authority.leaf('server')) } });
  tls = { ca, ...(await authority.leaf('nobody of importance')) };
  await etcdctl('user', 'add', `root:${password}`);
  await etcdctl('user', 'grant-role', 'root', 'root');
  await etcdctl('auth', 'enable');
}, 60_000);
afterAll(async () => {
  for (const one of opened) await one[Symbol.asyncDispose]();
  await etcd[Symbol.asyncDispose]();
});

async function etcdctl(...words: string[]): Promise<void> {
  const files = ['--cacert=/tls/ca', '--cert=/tls/cert', '--key=/tls/key'];
  const { exitCode, output } = await etcd.exec(['etcdctl', ...files, ...words]);
  expect(exitCode, output).toBe(0);
}

function client(how: Partial<EtcdTarget> = { credentials: root() }): EtcdClient {
  const one = openClient({ member: 'm1', address: etcd.address, tls, ...how });
  opened.push(one);
  return one;
}

const root = (secret = password) => ({ user: 'root', password: () => secret });
const put = { kind: 'put', key: 'a', value: '1' } as const;
const within = { deadlineMs: 5000 };

test('who has a certificate and a password may write, ask, watch and take a snapshot', async () => {
  const one = client();
  expect(await one.perform(put, within)).toMatchObject({ status: 'ok' });
  expect(await openAdmin(one).hashKv()).toMatchObject({ revision: 2 });
  const { promise, resolve } = Promise.withResolvers<WatchRecord>();
  using _ = one.watch(
    { key: 'a', startRevision: 2 },
    {
      stream: 's1',
      nowMs: () => 0,
      onRecord: (record) => record.kind === 'events' && resolve(record),
      onEnd: () => undefined,
    },
  );
  expect(await promise).toMatchObject({ events: [{ type: 'put', kv: { key: 'a', value: '1' } }] });
  let bytes = 0;
  for await (const chunk of snapshot(one, { idleMs: 5000 })) bytes += chunk.byteLength;
  expect(bytes % 512).toBe(32);
});

test('a token that a restarted member has forgotten is asked for anew', async () => {
  const one = client();
  expect(await one.perform(put, within)).toMatchObject({ status: 'ok' });
  await etcd.kill();
  await etcd.start();
  expect(await one.perform(put, within)).toMatchObject({ status: 'ok' });
}, 60_000);

test('who has the wrong password, or a certificate alone, is refused by name', async () => {
  const wrong = client({ credentials: root('wrong') });
  const message =
    'could not authenticate as root: etcdserver: authentication failed, invalid user ID or password';
  expect(await wrong.perform(put, within)).toEqual({
    status: 'never-sent',
    error: { code: -1, message },
  });
  await expect(openAdmin(wrong).status()).rejects.toThrow(
    `Status on m1 failed: ${message} (gRPC code -1)`,
  );
  await expect(snapshot(wrong, { idleMs: 5000 }).next()).rejects.toThrow(message);
  expect(await client({}).perform(put, within)).toMatchObject({
    status: 'failed',
    error: { code: 7, message: 'etcdserver: permission denied' },
  });
});

test('an authority nobody knows, and a client without a certificate, make no connection', async () => {
  const { ca } = await createAuthority('somebody else');
  const reasons = await Promise.all(
    [{ tls: { ...tls, ca } }, { tls: { ca: tls.ca } }].map(async (how) => {
      const outcome = await client(how).perform(put, within);
      return outcome.status === 'never-sent' ? outcome.error.message : outcome;
    }),
  );
  expect(reasons).toEqual([
    'unable to verify the first certificate',
    'tlsv13 alert certificate required',
  ]);
});

test('no password is in what prints a client', () => {
  const printed = JSON.stringify(client().target.credentials);
  expect(printed).toBe('{"user":"root"}');
});
