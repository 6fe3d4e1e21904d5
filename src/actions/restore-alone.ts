import { randomUUID } from 'node:crypto';
import type { Member } from '../cluster/member.ts';
import { DrillError, exitCode } from '../errors.ts';
import type { Stage } from '../runner/stage.ts';
import { eventually } from '../wait.ts';
import { restoreFiles } from './restore-members.ts';

/** What became of a member that was restored from a snapshot while the others lived on. */
export interface RestoredAlone {
  /**
   * etcd panicked over what the member does not have any more; or it runs and is none of the cluster;
   * or it serves in the cluster, and another keyspace than the others.
   */
  readonly kind: 'ended' | 'apart' | 'diverged';
  /** The line of a log that says so, or the hashes. */
  readonly because: string;
}

const showsWithinMs = 20_000;
const answerWithinMs = 1000;

/**
 * Restores one member of a living cluster from a snapshot and starts it, as many guides have it: the
 * mistake that a drill shows. Under the cluster's own token it comes back as who it was, without what
 * it had acknowledged; under a new one it is a member of another cluster. Waits until one of them
 * shows. A member that ends for any other reason, or joins and has what the others have, shows
 * nothing, and ends the run inconclusive.
 */
export async function restoreAlone(
  { cluster }: Pick<Stage, 'cluster'>,
  member: Member,
  snapshot: string,
  token: 'own' | 'new',
): Promise<RestoredAlone> {
  const { members } = cluster;
  const [other = member] = cluster.except(member);
  const named = token === 'own' ? await tokenOf(other) : `drill-${randomUUID()}`;
  await restoreFiles([member], { snapshot }, { members, token: named });
  await member.start();
  const subject = `A sign that ${member.name} is none of the cluster`;
  return eventually({ subject, withinMs: showsWithinMs, code: exitCode.inconclusive }, async () => {
    if (member.state === 'exited') return { kind: 'ended', because: panicOf(member) };
    // Told by whoever is called by a member of another cluster.
    const apart = members.map((each) => found(each, /cluster[- ]ID mismatch/i)).find(Boolean);
    if (apart !== undefined) return { kind: 'apart', because: apart };
    // The files of another cluster are no finding: only what it serves in this one.
    const differs = token === 'own' ? await divergence(member, other) : undefined;
    return differs === undefined ? undefined : { kind: 'diverged', because: differs };
  });
}

/** As an operator copies it from a unit file: from the command line of a member that runs. */
async function tokenOf({ session }: Member): Promise<string> {
  const flag = '--initial-cluster-token=';
  const printed = await session.must(
    `cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -m 1 -e '^${flag}'`,
  );
  return printed.trim().slice(flag.length);
}

function panicOf(member: Member): string {
  const panic = found(member, /tocommit\(\d+\) is out of range \[lastIndex\(\d+\)\]/);
  if (panic !== undefined) return panic;
  const last = member.logExcerpt().at(-1) ?? 'nothing';
  throw new DrillError(
    `${member.name}, restored alone, ended without a word of \`tocommit(…) is out of range\`, so this is not what the drill is about. The last that it logged: ${last}. Read its log, and run again.`,
    exitCode.inconclusive,
  );
}

function found(member: Member, wanted: RegExp): string | undefined {
  return member
    .logExcerpt()
    .map((line) => wanted.exec(line)?.[0])
    .findLast(Boolean);
}

/** At a revision that both have; undefined where their keyspaces are one, or cannot be compared. */
async function divergence(member: Member, other: Member): Promise<string | undefined> {
  const asked = [member, other] as const;
  const statuses = await Promise.all(asked.map(({ admin }) => admin.status(answerWithinMs)));
  const revision = Math.min(...statuses.map((status) => status.revision));
  const [its, theirs] = await Promise.all([
    member.admin.hashKv(revision, answerWithinMs),
    other.admin.hashKv(revision, answerWithinMs),
  ]);
  if (its.hash === theirs.hash || its.compactRevision !== theirs.compactRevision) return undefined;
  return `at revision ${revision} its hash is ${its.hash}, that of ${other.name} ${theirs.hash}`;
}
