/** Ports of etcd that a rule is about; `all` is every packet. */
export type PortScope = 'peer' | 'client' | 'all';

export const portOf: Record<PortScope, number> = { peer: 2380, client: 2379, all: 2380 };

/** A fault's own chain in a member's namespace; within the kernel's 28 characters. */
export const chainOf = (fault: string): string => `DRILL_${fault}_IN`;
const jumpTo = (fault: string): string =>
  `INPUT -m comment --comment drill:${fault} -j ${chainOf(fault)}`;

/**
 * Rules that drop what arrives from `sources`. They stand at the receiving end only: there a dropped
 * packet looks to its sender like one lost on the way (a drop on OUTPUT is noticed by TCP), and its
 * counter proves that direction. Both port directions are named, because peers dial each other both
 * ways.
 */
export const dropRules = (sources: readonly string[], scope: PortScope): string[] =>
  rulesAgainst(sources, scope, 'DROP');

/** Rules that let what arrives from `sources` pass and count it. */
export const countRules = (sources: readonly string[], scope: PortScope): string[] =>
  rulesAgainst(sources, scope, 'RETURN');

const rulesAgainst = (
  sources: readonly string[],
  scope: PortScope,
  verdict: 'DROP' | 'RETURN',
): string[] =>
  sources.flatMap((source) =>
    matches(scope).map((match) => `-s ${source}/32${match} -j ${verdict}`),
  );

/** What the rules against one source match beside its address; one rule each. */
const matches = (scope: PortScope): string[] =>
  scope === 'all' ? [''] : ['--dport', '--sport'].map((side) => ` -p tcp ${side} ${portOf[scope]}`);

/** How many rules stand against each source. */
export const rulesPerSource = (scope: PortScope): number => matches(scope).length;

/** Rules that drop what arrives at the client port from anyone but `members`, and not from within. */
export const clientRules = (members: readonly string[]): string[] => [
  '-i lo -j RETURN',
  ...members.map((member) => `-s ${member}/32 -j RETURN`),
  `-p tcp --dport ${portOf.client} -j DROP`,
];

/**
 * Puts a fault's rules into a chain of its own and hooks it, in one atomic step. Foreign rules, among
 * them Docker's DNS, stay as they are.
 */
export function hookScript(fault: string, rules: readonly string[]): string {
  return [
    "iptables-restore -w 5 --noflush <<'RULES'",
    '*filter',
    `:${chainOf(fault)} - [0:0]`,
    ...rules.map((rule) => `-A ${chainOf(fault)} ${rule}`),
    `-I ${jumpTo(fault)}`,
    'COMMIT',
    'RULES',
  ].join('\n');
}

/** Takes the chain off by its tag, whether all, some or nothing of it is there; one line. */
export function unhookScript(fault: string): string {
  const chain = chainOf(fault);
  const jump = jumpTo(fault);
  return [
    `while iptables -w 5 -C ${jump} 2>/dev/null; do iptables -w 5 -D ${jump} || exit 1; done`,
    `if iptables -w 5 -nL ${chain} >/dev/null 2>&1`,
    `then iptables -w 5 -F ${chain} && iptables -w 5 -X ${chain}`,
    'fi',
  ].join('; ');
}
