import { peerUrl } from '../cluster/build-member.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { DrillError, exitCode } from '../errors.ts';
import type { Stage } from '../runner/stage.ts';
import { eventually } from '../wait.ts';

/** etcd refuses to change its members until all of them have been connected for 5 s. */
const changesWithinMs = 15_000;
const catchesUpWithinMs = 60_000;

/**
 * Gives a member that lost its data, or whose data is wrong, new data from the others: taken out of
 * the cluster, wiped, and added again in its place, as a learner that is promoted once it has caught
 * up (a voter at once before 3.4, which has no learners). Address, port, disks and name stay; its
 * Raft id is another. The others must have a quorum without it.
 */
export async function rebuildMember(
  { cluster, step }: Pick<Stage, 'cluster' | 'step'>,
  member: Member,
): Promise<void> {
  const { name } = member;
  const asked = cluster.except(member).find(({ state }) => state === 'running');
  if (!asked) throw new DrillError(`${name} cannot be rebuilt: no other member is running.`);
  const peerUrls = [`http://${member.address}:2380`];

  await step(`take ${name} out of the cluster and wipe it`, async () => {
    if (member.state === 'running') await member.stop();
    await eventually(waitFor(`The removal of ${name}`, changesWithinMs), async () => {
      const listed = await asked.admin.memberList();
      const own = listed.find(({ peerUrls: [url] }) => url === peerUrls[0]);
      if (own) await asked.admin.memberRemove(own.id);
      return true;
    });
    await member.files((files) => files.must('rm -rf /data/etcd /wal/etcd'));
  });
  await step(`add ${name} again, empty`, async () => {
    const learner = !member.image.version.startsWith('3.3.');
    const { id } = await eventually(waitFor(`${name} in the membership`, changesWithinMs), () =>
      asked.admin.memberAdd({ peerUrls, learner }),
    );
    const initialCluster = cluster.members.map(peerUrl);
    await member.restart({ joining: { initialCluster, state: 'existing' } });
    if (learner)
      await eventually(waitFor(`The promotion of ${name}`, catchesUpWithinMs), async () => {
        await asked.admin.memberPromote(id);
        return true;
      });
    await caughtUp(cluster, asked, member);
  });
}

async function caughtUp(cluster: Cluster, asked: Member, member: Member): Promise<void> {
  const { revision } = await asked.admin.status();
  await eventually(
    waitFor(`${member.name} at revision ${revision}`, catchesUpWithinMs),
    async () => ((await member.admin.status()).revision >= revision ? true : undefined),
  );
  await cluster.converges({ within: catchesUpWithinMs });
}

const waitFor = (subject: string, withinMs: number) => ({
  subject,
  withinMs,
  everyMs: 250,
  code: exitCode.violated,
});
