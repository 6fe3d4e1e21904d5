import { expect, test } from 'vitest';
import partition from '../../src/scenarios/partition.ts';
import type { Stage } from '../../src/runner/stage.ts';
import { startPods } from '../fixtures/pods.ts';

test('a size that leaves a side without members is refused before anything is injected', async () => {
  await using pods = await startPods({ members: 2 }, { name: 'sides' });
  const run = (target: string): Promise<void> =>
    partition.timeline({ cluster: pods.cluster, parameters: { target } } as unknown as Stage & {
      parameters: Record<string, never>;
    });
  await expect(run('majority')).rejects.toThrow(
    '`--set target=majority` cuts 2 of 2 members off, which leaves a side of the partition without any. Take a larger cluster, for example `--members 3`.',
  );
  await expect(run('minority')).rejects.toThrow('`--set target=minority` cuts 0 of 2 members off');
  expect(pods.events.filter(({ type }) => type.startsWith('fault.'))).toEqual([]);
}, 120_000);
