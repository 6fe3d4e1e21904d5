import { setTimeout as pause } from 'node:timers/promises';
import { DrillError } from '../../errors.ts';
import { type FaultTarget, NotAsBefore } from '../fault.ts';
import {
  type ConnectionFilter,
  canReset,
  peerConnections,
  resetConnections,
} from './connections.ts';
import { type Link, attempts, each, linksThat } from './links.ts';
import { foreignRules, hasRulesOf } from './rule-set.ts';

const reconnectWithinMs = 5000;
const answerWithinMs = 3000;
const pollMs = 100;

/** Rules of each namespace before a fault that are not of any fault. */
export type RulesBefore = ReadonlyMap<FaultTarget, readonly string[]>;

export async function rulesBefore(members: readonly FaultTarget[]): Promise<RulesBefore> {
  return new Map(
    await Promise.all(members.map(async (member) => [member, await foreignRules(member)] as const)),
  );
}

/** Shows that nothing of the fault `id` is left anywhere, and every rule from before it stands. */
export async function proveRulesGone(id: string, before: RulesBefore): Promise<string[]> {
  const members = [...before.keys()];
  // First of all members: what else is not as before must not hide a rule that is left.
  await Promise.all(
    members.map(async (member) => {
      if (await hasRulesOf(member, id))
        throw new Error(`${member.name} still has rules of the cut`);
    }),
  );
  return Promise.all(
    members.map(async (member) => {
      const now = await foreignRules(member);
      const lost = before.get(member)?.find((rule) => !now.includes(rule));
      if (lost !== undefined)
        throw new NotAsBefore(`${member.name} lost the rule \`${lost}\` meanwhile`);
      return `${member.name}: no rule of the cut is left, every rule from before it stands`;
    }),
  );
}

/** A kernel that cannot reset connections is found before anything is touched. */
export async function refuseWithoutReset(member: FaultTarget, port: number): Promise<void> {
  if (await canReset(member, port)) return;
  throw new DrillError(
    `A fast heal resets connections, and the kernel under ${member.name} resets none (\`ss -K\`): ` +
      'it lacks CONFIG_INET_DIAG_DESTROY. Leave them to TCP with `--set heal=natural`.',
  );
}

/** Resets what the cut left hanging between members, at both ends. */
export function resetPeers(links: readonly Link[]): Promise<string[]> {
  return each(
    Map.groupBy(links, ({ from }) => from),
    (from, outgoing) =>
      resetStale(from, peerConnections(outgoing.map(({ to }) => to.address)), 'peer'),
  );
}

export async function resetStale(
  from: FaultTarget,
  filter: ConnectionFilter,
  whose: 'peer' | 'client',
): Promise<string> {
  const { stale, killed } = await resetConnections(from, filter);
  return `${from.name}: ${killed.length} of ${stale.length} stale ${whose} connections reset`;
}

export async function linksOpen(links: readonly Link[], port: number): Promise<Link[]> {
  return linksThat(await attempts(links, port, answerWithinMs), 'open');
}

/** Waits until every link that was whole before answers again; a refusal is an answer too. */
export async function reconnected(expected: readonly Link[], port: number): Promise<string[]> {
  const deadline = performance.now() + reconnectWithinMs;
  for (;;) {
    const tried = await attempts(expected, port, answerWithinMs);
    const [silent] = linksThat(tried, 'silent');
    if (!silent) {
      const refusing = new Set(linksThat(tried, 'refused').map(({ to }) => to.name));
      return refusing.size === 0
        ? [`every member reaches the others on port ${port} again`]
        : [...refusing].map(
            (name) => `packets pass to and from ${name}, but nothing listens on ${name}:${port}`,
          );
    }
    if (performance.now() > deadline) {
      const { from, to } = silent;
      throw new NotAsBefore(`${from.name} does not reach ${to.name}:${port} after the heal`);
    }
    await pause(pollMs);
  }
}
