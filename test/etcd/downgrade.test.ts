import { expect, test } from 'vitest';
import { openAdmin } from '../../src/etcd/admin.ts';
import { openClient } from '../../src/etcd/client.ts';
import { startSingleEtcd } from '../fixtures/single-etcd.ts';

test('a downgrade is asked for, allowed by one minor, seen in the status, and taken back', async () => {
  await using etcd = await startSingleEtcd({ request: '3.7.3' });
  await using client = openClient({ member: 'm', address: etcd.address });
  const admin = openAdmin(client);

  expect(await admin.status()).toMatchObject({ quotaBytes: 2 * 1024 ** 3 });
  await expect(admin.downgrade('validate', '3.5')).rejects.toThrow(
    'Downgrade on m failed: etcdserver: invalid downgrade target version (gRPC code 3)',
  );
  await admin.downgrade('validate', '3.6');
  expect(await admin.status()).not.toHaveProperty('downgradesTo');
  await admin.downgrade('enable', '3.6');
  expect(await admin.status()).toMatchObject({ downgradesTo: '3.6.0' });
  await admin.downgradeCancel();
  expect(await admin.status()).not.toHaveProperty('downgradesTo');
}, 60_000);
