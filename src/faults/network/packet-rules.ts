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
export const unhookScript = (fault: string): string =>
  removalOf('filter', chainOf(fault), jumpTo(fault));

/**
 * Removes a chain and every jump to it. That there is none is taken from the table itself, never from
 * a command that failed: that may have found the table locked, and the rules would stay for ever.
 */
export function removalOf(table: 'filter' | 'raw', chain: string, jump: string): string {
  const iptables = `iptables -w 5 -t ${table}`;
  return [
    `rules=$(iptables-save -t ${table}) || exit 1`,
    `while ${iptables} -D ${jump} 2>/dev/null; do :; done`,
    // While a jump is left, the chain is in use and its removal fails: the undo is tried again.
    `if echo "$rules" | grep -q "^:${chain} "; then ${iptables} -F ${chain} && ${iptables} -X ${chain} || exit 1; fi`,
  ].join('; ');
}
