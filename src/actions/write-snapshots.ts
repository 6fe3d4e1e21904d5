import { exitCode } from '../errors.ts';
import { eventually } from '../wait.ts';
import { snapshotIndex } from './snapshot-index.ts';
import { leaderLast, type Pace } from './upgrade-cluster.ts';
import { type UpgradeStage, upgradeMember } from './upgrade-member.ts';

const writesWithinMs = 30_000;

/**
 * Restarts each member once on the version it runs, one after the other, until it has a snapshot at
 * `index` or later: 3.6 writes one when it replays an older cluster version than its own.
 */
export async function writeSnapshots(
  stage: UpgradeStage,
  index: number,
  { rest, ending }: Pace,
): Promise<void> {
  const { load } = stage;
  for (const member of await leaderLast(stage)) {
    const { name, image } = member;
    const title = `roll ${name} over on ${image.version}, for a snapshot`;
    await upgradeMember(stage, member, { to: image.version, title, ending });
    const subject = `A snapshot of ${name} at entry ${index} or later`;
    const wait = { subject, withinMs: writesWithinMs, everyMs: 500, code: exitCode.violated };
    await eventually(wait, async () => ((await snapshotIndex(member)) >= index ? true : undefined));
    await load.run(rest);
  }
}
