import { expect, test } from 'vitest';
import { pause } from '../../../src/faults/process/pause.ts';
import { startPods } from '../../fixtures/pods.ts';

test('members frozen from one container all come off with its lease', async () => {
  await using pods = await startPods({ members: 3 }, { name: 'pause-many' });
  const [first, second] = pods.cluster.members;
  if (!first || !second) throw new Error('the cluster has fewer than two members');
  const fault = await pods.cluster.inject(pause([first, second], { means: 'freezer' }));
  const { session } = await first.tools('cgroups');
  // As if the runner had stopped.
  await session.must(
    `for i in $(seq 180); do echo 0.0 >/run/drill/runner/lease; [ -e /run/drill/runner/expired/${fault.id} ] && exit; sleep 0.05; done; exit 1`,
    20_000,
  );
  expect(await first.admin.status()).toMatchObject({ revision: expect.any(Number) });
  expect(await second.admin.status()).toMatchObject({ revision: expect.any(Number) });
  await fault.heal();
}, 120_000);
