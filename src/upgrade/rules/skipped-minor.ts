import type { Rule } from '../facts.ts';
import { minorOf } from '../versions.ts';

/**
 * etcd goes up one minor at a time. 3.7 does not say so: over the data of 3.5 it panics, or runs as if
 * nothing were wrong, depending on what its log still holds.
 */
export const skippedMinor: Rule = ({ clusterVersion }, to) => {
  const now = minorOf(clusterVersion);
  if (minorOf(to) <= now + 1) return [];
  const next = `3.${now + 1}`;
  return [
    {
      rule: 'skipped-minor',
      why: `${to} is ${minorOf(to) - now} minors above the cluster's version ${clusterVersion}, and etcd goes up one at a time`,
      first: `Upgrade every member to ${next}, and wait until the cluster's version is ${next}.0.`,
    },
  ];
};
