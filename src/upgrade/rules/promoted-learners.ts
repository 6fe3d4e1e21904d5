import type { Rule } from '../facts.ts';
import { isBelow, keepsPromoted, minorOf } from '../versions.ts';

/**
 * Below 3.5.26 a promotion is written to the old store alone: under 3.6, which reads the new one, the
 * member is a learner again, and two of them stop the cluster (`too many learner members`). Nothing
 * that a member says of itself tells it, so the version decides where nobody knows better. From 3.5.26
 * on what a member publishes as it starts puts that right in those that run such a version by then: one
 * pass leaves the last members wrong.
 */
export const promotedLearners: Rule = ({ members }, to) => {
  if (minorOf(to) < 6) return [];
  const old = members.filter(({ version }) => isBelow(version, keepsPromoted));
  if (old.length === 0 || members.every(({ wasLearner }) => wasLearner === false)) return [];
  const promoted = members.filter(({ wasLearner }) => wasLearner === true);
  const versions = [...new Set(old.map(({ version }) => version))].join(', ');
  const names = promoted.map(({ name }) => name).join(', ');
  const which =
    promoted.length > 0
      ? `what was promoted from a learner (${names})`
      : 'what was promoted from a learner, which the member list does not tell,';
  return [
    {
      rule: 'promoted-learners',
      why: `${which} is a learner again under ${to}, straight from ${versions}`,
      first: `Upgrade every member to 3.5.35 (at least ${keepsPromoted}), and once all run it restart each again: what it then publishes puts the others right.`,
    },
  ];
};
