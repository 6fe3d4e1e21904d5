import type { ClusterFacts, Refusal, Rule } from './facts.ts';
import { goingBack } from './rules/going-back.ts';
import { knownLoss } from './rules/known-loss.ts';
import { oldEntries } from './rules/old-entries.ts';
import { promotedLearners } from './rules/promoted-learners.ts';
import { refusedFlags } from './rules/refused-flags.ts';
import { skippedMinor } from './rules/skipped-minor.ts';
import { unsettled } from './rules/unsettled.ts';
import { unwell } from './rules/unwell.ts';

const rules: readonly Rule[] = [
  skippedMinor,
  goingBack,
  knownLoss,
  promotedLearners,
  oldEntries,
  unsettled,
  unwell,
  refusedFlags,
];

/**
 * Whether the members of a cluster can be changed to `to`, one after the other, without a danger that
 * is known: every reason against it, none where it is safe. etcd itself looks at few of these, and at
 * some only when it is too late. What is not known counts against it, but for the flags of members: who
 * cannot know them says which to look for (`removedFlags`).
 */
export function preflight(facts: ClusterFacts, to: string): Refusal[] {
  return rules.flatMap((rule) => rule(facts, to));
}
