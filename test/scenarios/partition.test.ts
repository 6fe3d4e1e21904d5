import { expect, test } from 'vitest';
import partition from '../../src/scenarios/partition.ts';
import type { Cluster } from '../../src/cluster/cluster.ts';
import type { Member } from '../../src/cluster/member.ts';
import { seededRandom } from '../../src/runner/random.ts';
import type { Stage } from '../../src/runner/stage.ts';
import { startPods } from '../fixtures/pods.ts';

const values = {
  mode: 'sides',
  target: 'leader',
  joins: 'follower',
  direction: 'both',
  scope: 'peer',
  heal: 'fast',
};

test('a cut that cannot be made at this size, or means nothing, is refused before anything is injected', async () => {
  await using pods = await startPods({ members: 3 }, { name: 'sides' });
  const run = (set: Partial<typeof values>, members = 3): Promise<void> => {
    const some = pods.cluster.members.slice(0, members);
    const cluster: Cluster = {
      ...pods.cluster,
      members: some,
      leader: () => Promise.resolve(some[0] as Member),
      except: (...not) => some.filter((member) => !not.includes(member)),
    };
    return partition.timeline({
      cluster,
      random: seededRandom(1),
      probe: () => ({ [Symbol.asyncDispose]: () => Promise.resolve() }),
      step: (_: string, body: () => Promise<void>) => body(),
      load: { run: () => Promise.resolve() },
      parameters: { ...values, ...set },
    } as unknown as Stage & { parameters: Record<string, never> });
  };
  const oneSided = 'A partition needs members on both sides, but the first has';
  await expect(run({ target: 'majority' }, 2)).rejects.toThrow(`${oneSided} 2 (m1, m2)`);
  await expect(run({ target: 'minority' }, 2)).rejects.toThrow(`${oneSided} 0 members`);
  await expect(run({ mode: 'bridge' }, 2)).rejects.toThrow(`${oneSided} 1 (m1)`);
  await expect(run({ mode: 'bridge' }, 1)).rejects.toThrow('A bridge needs three or more members');
  await expect(run({ mode: 'ring' })).rejects.toThrow(
    'A ring of majorities needs 4 or more members, but got 3 (m1, m2, m3)',
  );
  await expect(run({ mode: 'ring', scope: 'client' })).rejects.toThrow(
    '`--set mode=ring` and `--set scope=client` do not go together: clients are cut off with mode=sides.',
  );
  await expect(run({ mode: 'bridge', direction: 'inbound' })).rejects.toThrow(
    '`--set mode=bridge` and `--set direction=inbound` do not go together: take mode=sides or mode=pair for a cut in one direction.',
  );
  await expect(run({ mode: 'pair', target: 'majority' })).rejects.toThrow(
    '`--set mode=pair` and `--set target=majority` do not go together: a pair is two members, so take leader or follower.',
  );
  expect(pods.events.filter(({ type }) => type.startsWith('fault.'))).toEqual([]);
}, 120_000);
