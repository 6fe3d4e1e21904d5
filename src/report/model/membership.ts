import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

/**
 * What became of the cluster's members, in a sentence: `The voters went from 3 over 5 to 3: m4 and m5
 * joined, m1 and m4 left.` Nothing where none came or went.
 */
export function membershipOf(run: RecordedRun): string | undefined {
  const voters = new Set(eventsOf(run, 'cluster.started').flatMap(namesOf));
  const sizes = [voters.size];
  const joined = new Set<string>();
  const left = new Set<string>();
  const rebuilt = new Set<string>();
  for (const { member, standing } of eventsOf(run, 'membership')) {
    if (standing === 'out') left.add(member);
    else if (left.delete(member)) rebuilt.add(member);
    else if (!rebuilt.has(member)) joined.add(member);
    if (standing === 'voter') voters.add(member);
    else voters.delete(member);
    sizes.push(voters.size);
  }
  if (sizes.length === 1) return undefined;
  const [first, ...others] = turningPoints(sizes);
  const over = others.length < 2 ? '' : ` over ${others.slice(0, -1).join(' and ')}`;
  const path =
    others.length === 0 ? `stayed ${first}` : `went from ${first}${over} to ${others.at(-1)}`;
  const who = [
    ...told(joined, 'joined'),
    ...told(rebuilt, 'left and joined again'),
    ...told(left, 'left'),
  ];
  return `The voters ${path}: ${who.join(', ')}.`;
}

const namesOf = ({ members }: { readonly members: readonly { readonly name: string }[] }) =>
  members.map(({ name }) => name);

/** The first, the last, and every one at which growing turned to shrinking or back. */
function turningPoints(sizes: readonly number[]): number[] {
  const changing = sizes.filter((size, index) => size !== sizes[index - 1]);
  return changing.filter((size, index) => {
    const [before, after] = [changing[index - 1], changing[index + 1]];
    return before === undefined || after === undefined || before < size !== size < after;
  });
}

function told(members: ReadonlySet<string>, what: string): string[] {
  const names = [...members];
  if (names.length === 0) return [];
  const last = names.at(-1);
  return [
    names.length === 1 ? `${last} ${what}` : `${names.slice(0, -1).join(', ')} and ${last} ${what}`,
  ];
}
