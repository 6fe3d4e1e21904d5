import type { Rule } from '../facts.ts';
import { minorOf } from '../versions.ts';

/** The lowest minor that etcd goes back to. */
const lowest = 5;

/**
 * Below the cluster's version a member does not start (`invalid downgrade`), unless the cluster was
 * told before to go back: one minor, and to 3.5 at the lowest.
 */
export const goingBack: Rule = ({ clusterVersion, downgradesTo }, to) => {
  const [now, asked] = [minorOf(clusterVersion), minorOf(to)];
  if (asked >= now) return [];
  const refuse = (why: string, first: string) => [{ rule: 'going-back', why, first }];
  const previous = `3.${now - 1}`;
  if (now - 1 < lowest)
    return refuse(
      `etcd has no way back from ${clusterVersion} to ${to}`,
      'Restore a snapshot that was taken before the upgrade.',
    );
  if (asked < now - 1)
    return refuse(
      `${to} is ${now - asked} minors below the cluster's version ${clusterVersion}, and etcd goes back one at a time`,
      `Go back to ${previous} first.`,
    );
  return refuse(
    downgradesTo === undefined
      ? `the cluster's version is ${clusterVersion}, and no downgrade is enabled`
      : `a downgrade to ${downgradesTo} is enabled, but the cluster's version is still ${clusterVersion}`,
    `\`etcdctl downgrade enable ${previous}\`, and wait until the cluster's version is ${previous}.0.`,
  );
};
