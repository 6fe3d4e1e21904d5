import type { Rule } from '../facts.ts';
import { minorOf } from '../versions.ts';

/** Flags that a minor no longer knows: a member that is given one ends at once. */
const removed: readonly { readonly since: number; readonly flag: RegExp }[] = [
  { since: 6, flag: /^--?(enable-v2|proxy)(-|=|$)/ },
  { since: 7, flag: /^--?(experimental-|discovery(=|$))/ },
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
