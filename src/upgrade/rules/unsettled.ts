import type { Rule } from '../facts.ts';
import { minorOf } from '../versions.ts';

/**
 * From 3.6 on each member's database has a version, which follows the cluster's within seconds: until
 * it does, the change before this one has not ended.
 */
export const unsettled: Rule = ({ clusterVersion, members }, to) => {
  if (minorOf(clusterVersion) < 6 || minorOf(to) === minorOf(clusterVersion)) return [];
  return members
    .filter(({ storageVersion }) => storageVersion !== clusterVersion)
    .map(({ name, storageVersion = 'untold' }) => ({
      rule: 'unsettled',
      why: `the storage version of ${name} is ${storageVersion}, the cluster's version ${clusterVersion}`,
      first: `Wait until both are ${clusterVersion}.`,
    }));
};
