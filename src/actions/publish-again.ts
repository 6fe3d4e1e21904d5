import { leaderLast, type Pace } from './upgrade-cluster.ts';
import { type UpgradeStage, upgradeMember } from './upgrade-member.ts';

/**
 * Restarts each member once on the version it runs, from 3.5.26 on, one after the other. What a member
 * publishes as it starts corrects what the others' databases hold of it, a promotion they missed; a
 * member that was upgraded after the others did so has missed it from them.
 */
export async function publishAgain(stage: UpgradeStage, { rest, ending }: Pace): Promise<void> {
  for (const member of await leaderLast(stage)) {
    const { name, image } = member;
    const title = `roll ${name} over on ${image.version}, to publish that it votes`;
    await upgradeMember(stage, member, { to: image.version, title, ending });
    await stage.load.run(rest);
  }
}
