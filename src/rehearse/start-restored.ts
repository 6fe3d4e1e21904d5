import { allSettled } from '../cluster/all-settled.ts';
import type { Member } from '../cluster/member.ts';
import { DrillError, exitCode } from '../errors.ts';
import { openAdmin } from '../etcd/admin.ts';
import type { EtcdClient } from '../etcd/client.ts';
import { EtcdError } from '../etcd/error.ts';
import type { Phase } from '../runner/stage.ts';
import { eventually } from '../wait.ts';

/** etcd reads its whole database before it answers; a member that ends is noticed at once. */
const leaderWithinMs = 5 * 60_000;

/** The cluster does not let the named user in, or none was named: no news about the file. */
export class NotLetIn extends DrillError {}

/** A member ended by itself over the files that it was given. */
export class MemberEnded extends DrillError {}

/** A member that has its files. */
export type Startable = Pick<
  Member,
  'name' | 'image' | 'state' | 'start' | 'ending' | 'logExcerpt'
>;

/** Starts members that have their files and waits until all name one leader, each a phase. */
export async function startRestored(
  members: readonly Startable[],
  clients: readonly EtcdClient[],
  phase: Phase,
  signal: AbortSignal,
): Promise<void> {
  await phase('start', () => allSettled(members.map((member) => member.start())));
  const subject = 'A leader that all restored members name';
  const wait = { subject, withinMs: leaderWithinMs, code: exitCode.violated, signal };
  await phase('elect', () =>
    eventually(wait, async () => {
      const ended = members.find(({ state }) => state === 'exited');
      if (ended) throw await endOf(ended);
      const leaders = new Set(await Promise.all(clients.map(leaderOf)));
      const [leader] = leaders;
      return leaders.size === 1 && leader !== undefined ? true : undefined;
    }),
  );
}

async function leaderOf(client: EtcdClient): Promise<string | undefined> {
  try {
    return (await openAdmin(client).status()).leader;
  } catch (error) {
    if (!(error instanceof EtcdError) || !isAboutTheUser(error.details)) throw error;
    throw new NotLetIn(
      `The restored cluster has the users of the file's, and refuses: ${error.details}. Name one that may read everything with \`--user\`, and its password.`,
    );
  }
}

/** Whether a refusal is about who asks. */
export function isAboutTheUser(details: string): boolean {
  return /authentication failed|user name is empty|permission denied/.test(details);
}

/** Not its own end where it was killed; else with the line in which it says why, if there is one. */
async function endOf(member: Startable): Promise<DrillError> {
  const { exitCode: code, outOfMemory } = await member.ending();
  if (outOfMemory || code === killed)
    return new DrillError(
      `${member.name} (etcd ${member.image.version}) was killed from outside${outOfMemory ? ', for want of memory' : ''}: rehearse again, with more memory or less beside it.`,
      exitCode.inconclusive,
    );
  const lines = member.logExcerpt();
  const grave = lines.findLast((line) => /"level":"(fatal|panic|error)"|^panic:/.test(line));
  const why = (grave ?? lines.at(-1) ?? 'it wrote nothing').slice(0, mostCharacters);
  return new MemberEnded(
    `${member.name} (etcd ${member.image.version}) ended with: ${why}`,
    exitCode.violated,
  );
}

const mostCharacters = 400;
/** 128 and SIGKILL. */
const killed = 137;
