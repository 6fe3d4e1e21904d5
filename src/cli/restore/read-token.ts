import { DrillError } from '../../errors.ts';
import type { PlannedMember } from '../../restore/planned-member.ts';

/**
 * What `--token` says; `undefined` makes a new one. Throws a `DrillError` for what is none, and where
 * other hosts restore the same cluster and would each make their own.
 */
export function readToken(
  token: string | undefined,
  { yes, members }: { readonly yes: boolean; readonly members: readonly PlannedMember[] },
): string | undefined {
  if (token !== undefined) {
    if (/^[\w.-]{8,}$/.test(token) && token !== 'etcd-cluster') return token;
    throw new DrillError(
      `\`--token ${token}\`: expected 8 or more letters, digits, \`.\`, \`_\` or \`-\`, and not etcd's own default, which the old cluster may have. Leave it out, or take that of the plan.`,
    );
  }
  const others = members.filter(({ dataDir }) => dataDir === undefined).map(({ name }) => name);
  if (!yes || others.length === 0) return undefined;
  throw new DrillError(
    `\`--yes\` without \`--token\`, and ${others.join(', ')} on another host: each host would make its own token, and they would be different clusters. Leave \`--yes\` out first: the plan has the command for every host, with one token.`,
  );
}
