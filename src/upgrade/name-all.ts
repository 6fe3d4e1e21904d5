import { DrillError } from '../errors.ts';
import type { MemberInfo } from '../etcd/admin-answers.ts';
import type { MemberFacts } from './facts.ts';

/**
 * Refuses endpoints that are not the members of the cluster, each once: one left out can be what speaks
 * against it. An endpoint that does not answer may be a member that no other one is. @throws DrillError
 */
export function nameAll(
  asked: readonly Pick<MemberFacts, 'name' | 'id'>[],
  members: readonly Pick<MemberInfo, 'id' | 'name'>[],
): void {
  const addresses = new Map<string, string>();
  for (const { name, id } of asked) {
    if (id === undefined) continue;
    const other = addresses.get(id);
    if (other !== undefined)
      throw new DrillError(
        `${other} and ${name} in \`--endpoints\` are one member (${id}): name each member once, by an address of its own.`,
      );
    if (members.every((member) => member.id !== id))
      throw new DrillError(
        `${name} in \`--endpoints\` (${id}) is no member of the cluster that the others are of: name the members of one cluster.`,
      );
    addresses.set(id, name);
  }
  const silent = new Set(asked.filter(({ id }) => id === undefined).map(({ name }) => name));
  const missing = members.filter(({ id }) => !addresses.has(id));
  if (missing.length <= silent.size) return;
  const who = missing.map(({ id, name }) => (name === '' ? id : `${name} (${id})`)).join(', ');
  throw new DrillError(
    `The cluster has ${members.length} members, and \`--endpoints\` does not name ${who}: name them all, for one can be what speaks against it.`,
  );
}
