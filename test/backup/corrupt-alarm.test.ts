import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bitFlip } from '../../src/faults/disk/bit-flip.ts';
import { drill } from '../fixtures/drill.ts';
import { startPods } from '../fixtures/pods.ts';
import { temporaryFolder } from '../fixtures/snapshots.ts';
import { until } from '../fixtures/until.ts';

const value = 'drill-corruption: what was written here must be read here';

test('no backup is taken of a cluster whose corruption check has raised the alarm', async () => {
  using folder = temporaryFolder();
  const extraFlags = ['--corrupt-check-time=1s'];
  await using pods = await startPods({ extraFlags }, { name: 'corrupt' });
  const { cluster } = pods;
  const leader = await cluster.leader();
  const [follower = leader] = cluster.except(leader);
  const put = { kind: 'put', key: 'k', value } as const;
  expect(await leader.client.perform(put, { deadlineMs: 5000 })).toMatchObject({ status: 'ok' });
  const endpoints = cluster.members.map(({ clientAddress }) => clientAddress);
  const backup = () => drill(['backup', '--endpoints', endpoints.join(','), '--to', folder.path]);
  expect(await backup()).toMatchObject({ exitCode: 0 });
  const taken = readdirSync(folder.path);

  // In order, so that the value is in its database.
  await follower.stop();
  await using _ = await cluster.inject(bitFlip(follower, { file: 'db', at: { text: value } }));
  await follower.start();
  await until('the alarm', 30_000, async () => {
    const alarms = await leader.admin.alarms();
    return alarms.some(({ alarm }) => alarm === 'CORRUPT') || undefined;
  });
  expect(await backup()).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(
      /(\S+) has the alarm CORRUPT: the members' data differ, and nobody knows whether this one's is right\. Find the one that differs/,
    ) as string,
  });
  expect(readdirSync(folder.path)).toEqual(taken);
}, 120_000);
