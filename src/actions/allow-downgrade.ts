import { exitCode } from '../errors.ts';
import { minorOf } from '../upgrade/versions.ts';
import { eventually } from '../wait.ts';
import { awaitVersion } from './upgrade-cluster.ts';
import type { UpgradeStage } from './upgrade-member.ts';

const answersWithinMs = 15_000;

/**
 * Tells etcd that the cluster goes back to the minor of `to`, and waits until the version of the
 * cluster and its storage is there: from then on members of that minor may join.
 */
export async function allowDowngrade(stage: UpgradeStage, to: string): Promise<void> {
  const { cluster, step } = stage;
  const minor = `3.${minorOf(to)}`;
  await step(`allow the downgrade to ${minor}`, async () => {
    const { admin } = await cluster.leader();
    const subject = `etcd's permission for a downgrade to ${minor}`;
    const wait = { subject, withinMs: answersWithinMs, everyMs: 250, code: exitCode.violated };
    await eventually(wait, async () => {
      const { downgradesTo } = await admin.status();
      if (downgradesTo === `${minor}.0`) return true; // by an attempt whose answer was lost
      await admin.downgrade('validate', minor);
      await admin.downgrade('enable', minor);
      return true;
    });
  });
  await awaitVersion(stage, to);
}
