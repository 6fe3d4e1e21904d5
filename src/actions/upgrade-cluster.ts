import type { Member } from '../cluster/member.ts';
import type { Duration } from '../duration.ts';
import { exitCode } from '../errors.ts';
import { readVersion } from '../upgrade/read-version.ts';
import { minorOf } from '../upgrade/versions.ts';
import { eventually } from '../wait.ts';
import { type Ending, type UpgradeStage, upgradeMember } from './upgrade-member.ts';

const movesWithinMs = 30_000;

/** How a cluster is changed. */
export interface Pace {
  /** How long the clients go on between two members. */
  readonly rest: Duration;
  readonly ending: Ending;
}

/**
 * Changes every member to etcd `to`, one after the other, the leader last, then waits until the
 * cluster's version and the storage's have followed. Its steps begin with `roll`, so that write gaps
 * can be asked of them.
 *
 * @param rollBack changes each member back and there again before the next one; not the last one,
 *   after which the cluster's version moves and there is no way back any more
 */
export async function upgradeCluster(
  stage: UpgradeStage,
  to: string,
  { rollBack, rest, ending }: Pace & { readonly rollBack: boolean },
): Promise<void> {
  const { cluster, load } = stage;
  const change = async (member: Member, version: string, title: string): Promise<void> => {
    await upgradeMember(stage, member, { to: version, title, ending });
    await load.run(rest);
  };
  const order = await leaderLast(stage);
  for (const [index, member] of order.entries()) {
    const { name, image } = member;
    const from = image.version;
    await change(member, to, `roll ${name} to ${to}`);
    if (!rollBack || index === order.length - 1) continue;
    await change(member, from, `roll ${name} back to ${from}`);
    await change(member, to, `roll ${name} to ${to} again`);
  }
  await awaitVersion(stage, to);
  await cluster.converges({ within: '15s' });
}

/** Members in the order in which they are changed: the leader last, so that leadership moves once. */
export async function leaderLast({ cluster }: Pick<UpgradeStage, 'cluster'>): Promise<Member[]> {
  const leader = await cluster.leader();
  return [...cluster.except(leader), leader];
}

/** Waits until every member tells the cluster's version that belongs to `to`, and 3.6 on its storage's. */
export async function awaitVersion(
  { cluster, step, observe }: Pick<UpgradeStage, 'cluster' | 'step' | 'observe'>,
  to: string,
): Promise<void> {
  const wanted = `3.${minorOf(to)}.0`;
  const title = `wait for ${wanted} as the version of the cluster and its storage`;
  await step(title, async () => {
    const subject = `The version ${wanted} of the cluster and its storage`;
    const wait = { subject, withinMs: movesWithinMs, everyMs: 100, code: exitCode.violated };
    await eventually(wait, async () => {
      const told = await Promise.all(
        cluster.members.map(({ clientAddress }) => readVersion({ address: clientAddress })),
      );
      const moved = told.every(
        ({ cluster: now, storage = wanted }) => now === wanted && storage === wanted,
      );
      return moved ? true : undefined;
    });
    observe('cluster-version', { version: wanted });
  });
}
