import { DrillError } from '../errors.ts';
import { nearest } from '../parameters.ts';
import { quorum } from '../quorum.ts';
import type { Random } from '../runner/random.ts';
import type { Cluster } from './cluster.ts';
import type { Member } from './member.ts';

/** Roles that a target may be named by, beside members' names and `zone:<name>`. */
export const roles = [
  'leader',
  'follower',
  'learner',
  'minority',
  'majority',
  'all',
  'random',
] as const;

/**
 * Members that `target` names now: a role, a member, a zone (`zone:a`), or several of these with
 * commas between. `minority` and `majority` are the largest minority and the smallest majority, each
 * with the leader. What is nobody at this moment is refused by name.
 */
export async function resolveTargets(
  cluster: Cluster,
  target: string,
  random: Random,
): Promise<Member[]> {
  const named = new Set<Member>();
  for (const word of target.split(',')) {
    const found = await resolveOne(cluster, word.trim(), random);
    if (found.length === 0)
      throw new DrillError(`The target \`${word}\` is no member of this cluster at this moment.`);
    for (const member of found) named.add(member);
  }
  return cluster.members.filter((member) => named.has(member));
}

async function resolveOne(cluster: Cluster, word: string, random: Random): Promise<Member[]> {
  const { members } = cluster;
  const learners = async (): Promise<Set<string>> => learnersOf(members);
  switch (word) {
    case 'all':
      return [...members];
    case 'random':
      return random.sample(members, 1);
    case 'leader':
      return [await cluster.leader()];
    case 'learner': {
      const names = await learners();
      return members.filter(({ name }) => names.has(name));
    }
    case 'follower':
    case 'minority':
    case 'majority': {
      const names = await learners();
      const leader = await cluster.leader();
      const followers = cluster.except(leader).filter(({ name }) => !names.has(name));
      const majority = quorum(followers.length + 1);
      if (word === 'follower') return random.sample(followers, Math.min(1, followers.length));
      const size = word === 'majority' ? majority : followers.length + 1 - majority;
      return size === 0 ? [] : [leader, ...random.sample(followers, size - 1)];
    }
    default:
      return byName(members, word);
  }
}

async function learnersOf(members: readonly Member[]): Promise<Set<string>> {
  const asked = members.find((member) => member.state === 'running');
  if (!asked) throw new DrillError('No member is running that could say which are learners.');
  const listed = await asked.admin.memberList({ linearizable: false });
  return new Set(listed.filter(({ isLearner }) => isLearner).map(({ name }) => name));
}

function byName(members: readonly Member[], word: string): Member[] {
  if (word.startsWith('zone:'))
    return members.filter(({ zone }) => zone === word.slice('zone:'.length));
  const found = members.filter(({ name }) => name === word);
  if (found.length > 0) return found;
  const words = [...roles, ...members.map(({ name }) => name)];
  throw new DrillError(
    `There is no target \`${word}\`: did you mean \`${nearest(word, words)}\`? Name ${words.join(', ')}, or zone:<name>.`,
  );
}
