import type { Rule } from '../facts.ts';
import { minorOf } from '../versions.ts';

interface Removed {
  readonly since: number;
  readonly flag: RegExp;
  readonly called: readonly string[];
}

/** Flags that a minor no longer knows: a member that is given one ends at once. */
const removed: readonly Removed[] = [
  { since: 6, flag: /^--?(enable-v2|proxy)(-|=|$)/, called: ['--enable-v2', '--proxy'] },
  {
    since: 7,
    flag: /^--?(experimental-|discovery(=|$))/,
    called: ['--experimental-…', '--discovery'],
  },
];

/**
 * The same as an environment variable is worse: it is not refused, and the setting is lost with no
 * more than a warning.
 */
export const refusedFlags: Rule = ({ members }, to) => {
  const gone = removed.filter(({ since }) => minorOf(to) >= since);
  return members.flatMap(({ name, flags = [] }) =>
    flags
      .filter((flag) => gone.some((each) => each.flag.test(flag)))
      .map((flag) => ({
        rule: 'refused-flags',
        why: `${name} is started with \`${flag}\`, which ${to} does not know`,
        first: 'Leave it out, or use its name without `experimental-` where it has one.',
      })),
  );
};

/** What flags to look for where nobody knows those of the members: removed after `from`, up to `to`. */
export function removedFlags(from: string, to: string): string[] {
  return removed
    .filter(({ since }) => since > minorOf(from) && since <= minorOf(to))
    .flatMap(({ called }) => called);
}
