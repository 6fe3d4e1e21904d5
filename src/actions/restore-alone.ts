import { randomUUID } from 'node:crypto';
import type { Member } from '../cluster/member.ts';
import { exitCode } from '../errors.ts';
import type { Stage } from '../runner/stage.ts';
import { eventually } from '../wait.ts';
import { restoreFiles } from './restore-members.ts';

/** What became of a member that was restored from a snapshot while the others lived on. */
export interface RestoredAlone {
  /** It ended by itself, or it runs and is none of the cluster. */
  readonly kind: 'ended' | 'apart';
  /** The line of a log that says so. */
  readonly because: string;
}

const showsWithinMs = 20_000;

/**
 * Restores one member of a living cluster from a snapshot and starts it, as many guides have it: the
 * mistake that a drill shows. Under the cluster's own token it comes back as who it was, without what
 * it had acknowledged; under a new one it is a member of another cluster. Waits until either shows;
 * a member that joins and serves is no such mistake, and ends the run inconclusive.
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
  return eventually({ subject, withinMs: showsWithinMs, code: exitCode.inconclusive }, () => {
    if (member.state === 'exited') return { kind: 'ended', because: endOf(member) };
    // Told by whoever is called by a member of another cluster.
    const apart = members.map((each) => found(each, /cluster[- ]ID mismatch/i)).find(Boolean);
    return apart === undefined ? undefined : { kind: 'apart', because: apart };
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

function endOf(member: Member): string {
  const outOfRange = /tocommit\(\d+\) is out of range \[lastIndex\(\d+\)\]/;
  return found(member, outOfRange) ?? member.logExcerpt().at(-1) ?? 'it logged nothing';
}

function found(member: Member, wanted: RegExp): string | undefined {
  return member
    .logExcerpt()
    .map((line) => wanted.exec(line)?.[0])
    .findLast(Boolean);
}
