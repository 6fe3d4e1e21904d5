import { allSettled } from '../cluster/all-settled.ts';
import type { Member } from '../cluster/member.ts';
import type { EpochStart } from '../history/epoch.ts';
import type { Phase, Stage } from '../runner/stage.ts';

const electsWithin = '30s';

/**
 * Makes a cluster of its own of one member's data (`--force-new-cluster`), where the others are gone
 * for good, and begins the history's next epoch with it, phase by phase. The flag serves for one
 * start: it would make a new cluster of every later one, too. The others are out of the cluster then
 * and can be rebuilt from it.
 */
export async function forceNewCluster(
  { cluster, beginEpoch }: Pick<Stage, 'cluster' | 'beginEpoch'>,
  survivor: Member,
  phase: Phase,
): Promise<EpochStart> {
  const raised = Promise.withResolvers<void>();
  const began = beginEpoch({ kind: 'force-new-cluster' }, async () => {
    const others = cluster.except(survivor);
    await phase('stop', () => allSettled(cluster.members.filter(lives).map((one) => one.kill())));
    await phase('force', async () => {
      await survivor.restart({ flags: ['--force-new-cluster'] });
      for (const other of others) await cluster.expel(other);
    });
    await phase('restart', () => survivor.restart());
    await phase('elect', () => cluster.elects({ within: electsWithin }));
    raised.resolve();
  });
  await Promise.race([raised.promise, began]);
  return phase('verify', () => began);
}

const lives = ({ state }: Member): boolean => state === 'running' || state === 'paused';
