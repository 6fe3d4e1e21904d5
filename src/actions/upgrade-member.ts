import { parseLogLine } from '../cluster/log-lines.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { DrillError, exitCode } from '../errors.ts';
import type { Stage } from '../runner/stage.ts';
import { eventually, type Wait } from '../wait.ts';
import { handOver } from './hand-over.ts';

const healthyWithinMs = 30_000;

/** What the changes of a version need of a stage. */
export type UpgradeStage = Pick<Stage, 'cluster' | 'image' | 'load' | 'observe' | 'step'>;

/** How the etcd of before is ended: with open watches a graceful stop takes its 7 s of grace. */
export type Ending = 'stop' | 'kill';

export interface MemberUpgrade {
  readonly to: string;
  /** The step's. */
  readonly title: string;
  readonly ending: Ending;
  /** Beside its usual ones, until its next start. */
  readonly flags?: readonly string[];
}

/**
 * Stops one member and starts it again with etcd `to` on the same data, then waits until it is
 * healthy, runs that version, and has what the others had: the gate before the next member. One that
 * leads hands leadership over before. One that ends by itself, or is not well in time, is a violation.
 */
export async function upgradeMember(
  { cluster, image, step, observe }: UpgradeStage,
  member: Member,
  { to, title, ending, flags = [] }: MemberUpgrade,
): Promise<void> {
  const next = image(to);
  await step(title, async () => {
    if ((await cluster.leader()) === member) await giveUpLead(cluster, member, to);
    observe('version', { from: member.image.version, to }, member);
    if (ending === 'kill') await member.kill();
    await member.restart({ image: next, flags });
    const revision = await revisionOf(cluster.except(member));
    await healthy(member, to, revision);
  });
}

/** To one that has been changed already, where there is one: leadership then moves once. */
async function giveUpLead(cluster: Cluster, leader: Member, to: string): Promise<void> {
  const others = cluster.voters().filter((each) => each !== leader && each.state === 'running');
  const heir = others.find(({ image }) => image.version === to) ?? others[0];
  if (!heir) throw new DrillError(`${leader.name} has nobody to hand leadership over to.`);
  await handOver(cluster, heir, { from: leader, code: exitCode.violated });
}

/** The highest revision of members that answer: what the restarted one has to reach. */
async function revisionOf(members: readonly Member[]): Promise<number> {
  const answers = await Promise.allSettled(members.map(({ admin }) => admin.status()));
  const told = answers.map((each) => (each.status === 'fulfilled' ? each.value.revision : 0));
  return Math.max(0, ...told);
}

async function healthy(member: Member, version: string, revision: number): Promise<void> {
  const subject = `${member.name}, healthy on etcd ${version} at revision ${revision},`;
  await eventually(within(subject, healthyWithinMs), async () => {
    if (member.state === 'exited') throw endedByItself(member);
    const status = await member.admin.status();
    const { healthy: well, reason } = await member.health();
    if (!well) throw new Error(reason ?? 'it is not healthy');
    return status.version === version && status.revision >= revision ? true : undefined;
  });
}

function endedByItself(member: Member): DrillError {
  const log = member.logExcerpt().map(parseLogLine);
  const why = log.find(({ level }) => level === 'fatal') ?? log.at(-1);
  return new DrillError(
    `${member.name} ended by itself on etcd ${member.image.version}: ${why?.message ?? 'it wrote no log'}`,
    exitCode.violated,
  );
}

const within = (subject: string, withinMs: number): Wait => ({
  subject,
  withinMs,
  code: exitCode.violated,
});
