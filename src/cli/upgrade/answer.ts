import type { ClusterFacts, Refusal } from '../../upgrade/facts.ts';
import { removedFlags } from '../../upgrade/rules/refused-flags.ts';

/** What `drill upgrade check` prints: what speaks against it, and what was not looked at. */
export function answer(facts: ClusterFacts, to: string, refusals: readonly Refusal[]): string {
  const unlooked = notLookedAt(facts, to);
  return [said(facts, to, refusals), ...(unlooked === undefined ? [] : [unlooked])].join('\n');
}

/** No member tells its flags, so no rule about them can have found anything. */
function notLookedAt({ clusterVersion }: ClusterFacts, to: string): string | undefined {
  const gone = removedFlags(clusterVersion, to);
  if (gone.length === 0) return undefined;
  return `Not looked at: the flags that the members are started with, which no member tells. ${to} ends at once over ${gone.map((flag) => `\`${flag}\``).join(', ')}, and passes over the same in the environment (\`ETCD_…\`): look for them in how each is started.`;
}

function said({ clusterVersion }: ClusterFacts, to: string, refusals: readonly Refusal[]): string {
  if (refusals.length === 0)
    return `Nothing that the members tell speaks against ${to}: the cluster's version is ${clusterVersion}, and every member is well.`;
  return [
    `Not yet to ${to}:`,
    ...refusals.flatMap(({ rule, why, first }) => [`  ${rule}: ${why}.`, `    First: ${first}`]),
  ].join('\n');
}
