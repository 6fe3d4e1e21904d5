import { mkdtemp, rm } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClient } from '../../src/etcd/client.ts';
import { drill } from '../fixtures/drill.ts';
import { startSingleEtcd } from '../fixtures/single-etcd.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-backup-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('from a living cluster to one that serves the same, by hand', async () => {
  const to = join(folder, 'backups');
  const dataDir = join(folder, 'm1');
  const walDir = join(folder, 'm1-wal');
  const places = [`m1=http://127.0.0.1:1=${dataDir}`, '--wal-dir', `m1=${walDir}`];
  const member = ['--member', ...places, '--new-addresses'];
  const into = `${dataDir}, its log into ${walDir} (start it with \`--wal-dir=${walDir}\`)\n`;
  let file: string;
  {
    await using etcd = await startSingleEtcd({ flags: ['--name=m1'] });
    await using client = openClient({ member: 'm1', address: etcd.address });
    for (const key of ['a', 'b', 'c'])
      await client.perform({ kind: 'put', key, value: key }, { deadlineMs: 5000 });

    const taken = await drill(['backup', '--endpoints', etcd.address, '--to', to, '--keep', '7d']);
    expect(taken, taken.stderr).toMatchObject({ exitCode: 0, stderr: '' });
    expect(taken.stdout).toMatch(
      /^took (\S+-r4\.db)\n {2}3 keys at revision 4 \(acknowledged before it: 4\), \d+ KiB, from m1 of cluster [0-9a-f]+, etcd 3\.7\.3$/,
    );
    file = /^took (\S+)/.exec(taken.stdout)?.[1] ?? '';
    const verified = await drill(['backup', 'verify', file]);
    expect(verified.exitCode, verified.stderr).toBe(0);
    expect(verified.stdout).toMatch(
      /^(\S+) is whole\n {2}sha256 [0-9a-f]{64}\n {2}storage format 3\.7\.0\n {2}3 keys at revision 4 .*\n {2}taken \S+, under a minute old; its manifest agrees$/,
    );

    const refused = await drill(['restore', file, ...member, '--endpoints', etcd.address, '--yes']);
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain(`${etcd.address} accepts connections: the old cluster lives`);
  }
  const planned = await drill(['restore', file, ...member]);
  expect(planned.exitCode, planned.stderr).toBe(0);
  expect(planned.stdout).toContain(`    m1 at http://127.0.0.1:1 into ${into}`);
  expect(planned.stdout).toMatch(
    /Nothing was touched\. To do it:\n {2}drill restore \S+ --member \S+ --wal-dir \S+ --new-addresses --token drill-\S+ --yes$/,
  );
  expect(readdirSync(folder)).toEqual(['backups']);

  const restored = await drill(['restore', file, ...member, '--yes']);
  expect(restored.exitCode, restored.stderr).toBe(0);
  expect(restored.stdout).toContain(`restored m1 into ${into}`);
  await using etcd = await startSingleEtcd({ flags: ['--name=m1'], dataDir, walDir });
  const proved = await drill(['restore', 'prove', file, '--endpoints', etcd.address]);
  expect(proved, proved.stderr).toMatchObject({ exitCode: 0 });
  expect(proved.stdout).toMatch(
    /^proved: the cluster serves what \S+ holds, 3 keys at revision 4; its endpoint has the hash \d+ there$/,
  );
});
