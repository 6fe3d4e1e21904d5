import { exitCode } from '../errors.ts';
import { eventually } from '../wait.ts';
import { snapshotIndex } from './snapshot-index.ts';
import { leaderLast, type Pace } from './upgrade-cluster.ts';
import { type UpgradeStage, upgradeMember } from './upgrade-member.ts';

const writesWithinMs = 30_000;

/** Few enough to be written soon, and enough to be apart. */
const flags = ['--snapshot-count=100'];

/**
 * Restarts each member once on the version it runs, one after the other, so that it writes snapshots
 * often, until it has one at `index` or later. A restart alone is not enough: 3.6 then writes one only
 * where it replays a cluster version below its own, and none where its first start has done so.
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
    await upgradeMember(stage, member, { to: image.version, title, ending, flags });
    const subject = `A snapshot of ${name} at entry ${index} or later`;
    const wait = { subject, withinMs: writesWithinMs, everyMs: 500, code: exitCode.violated };
    await eventually(wait, async () => ((await snapshotIndex(member)) >= index ? true : undefined));
    await load.run(rest);
  }
}
