import { DrillError } from '../../errors.ts';
import type { FaultTarget } from '../fault.ts';

/** One rule of a fault's own chain: packets from `source` that it drops, and how many it dropped. */
export interface DropRule {
  readonly source: string;
  readonly packets: number;
}

/** Ports of etcd that a rule is about; `all` is every packet. */
export type PortScope = 'peer' | 'client' | 'all';

const ports: Record<Exclude<PortScope, 'all'>, number> = { peer: 2380, client: 2379 };

/** A fault's own chain in a member's namespace; within the kernel's 28 characters. */
const chainOf = (fault: string): string => `DRILL_${fault}_IN`;
const tagOf = (fault: string): string => `drill:${fault}`;

/**
 * Drops what arrives from `sources`, in one atomic step. Rules stand at the receiving end only:
 * there a dropped packet looks to its sender like one lost on the way (a drop on OUTPUT is noticed
 * by TCP), and its counter proves that direction. Both port directions are named, because peers
 * dial each other both ways. Foreign rules, among them Docker's DNS, stay as they are.
 */
export function dropScript(fault: string, sources: readonly string[], scope: PortScope): string {
  const chain = chainOf(fault);
  const rules = sources.flatMap((source) =>
    matches(scope).map((match) => `-A ${chain} -s ${source}/32${match} -j DROP`),
  );
  return [
    "iptables-restore -w 5 --noflush <<'RULES'",
    '*filter',
    `:${chain} - [0:0]`,
    ...rules,
    `-I INPUT -m comment --comment ${tagOf(fault)} -j ${chain}`,
    'COMMIT',
    'RULES',
  ].join('\n');
}

/** What the rules against one source match beside its address; one rule each. */
const matches = (scope: PortScope): string[] =>
  scope === 'all' ? [''] : ['--dport', '--sport'].map((side) => ` -p tcp ${side} ${ports[scope]}`);

/** How many rules stand against each source. */
export const rulesPerSource = (scope: PortScope): number => matches(scope).length;

/** Takes the chain off by its tag, whether all, some or nothing of it is there; one line. */
export function undropScript(fault: string): string {
  const chain = chainOf(fault);
  const jump = `INPUT -m comment --comment ${tagOf(fault)} -j ${chain}`;
  return [
    `while iptables -w 5 -C ${jump} 2>/dev/null; do iptables -w 5 -D ${jump} || exit 1; done`,
    `if iptables -w 5 -nL ${chain} >/dev/null 2>&1`,
    `then iptables -w 5 -F ${chain} && iptables -w 5 -X ${chain}`,
    'fi',
  ].join('; ');
}

/** The chain's rules and counters; throws where the chain or the jump to it is not there. */
export async function dropCounters(target: FaultTarget, fault: string): Promise<DropRule[]> {
  const chain = chainOf(fault);
  const { code, stdout } = await target.session.run(
    `iptables -w 5 -C INPUT -m comment --comment ${tagOf(fault)} -j ${chain} && iptables -w 5 -nvxL ${chain}`,
  );
  if (code !== 0)
    throw new DrillError(`the rules of ${fault} are not in ${target.name}'s namespace`);
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+\d+\s+DROP\s.*?(\d+\.\d+\.\d+\.\d+)(?:\/32)?\s+0\.0\.0\.0\/0/.exec(
      line,
    );
    return match ? [{ packets: Number(match[1]), source: match[2] ?? '' }] : [];
  });
}

/** The namespace's filter rules that are not of a fault, without counters and remarks. */
export async function foreignRules(target: FaultTarget): Promise<string[]> {
  return (await ruleSet(target)).filter((rule) => !/\bDRILL_\w+_IN\b/.test(rule));
}

/** Whether anything of the fault's chain is in the namespace. */
export async function hasRulesOf(target: FaultTarget, fault: string): Promise<boolean> {
  return (await ruleSet(target)).some((rule) => rule.split(' ').includes(chainOf(fault)));
}

async function ruleSet(target: FaultTarget): Promise<string[]> {
  const saved = await target.session.must('iptables-save -t filter');
  return saved
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/^:(\S+)/, '-N $1').replace(/ \[\d+:\d+\]$/, ''));
}
