import type { ClusterFacts, MemberFacts, Rule } from '../facts.ts';
import { minorOf } from '../versions.ts';

/**
 * A member of 3.7 panics over entries that 3.5 or older wrote (`unmarshal should never fail`), and it
 * replays all since its newest snapshot. Such a cluster can be years past 3.5: a snapshot comes only
 * with every 10,000th entry.
 */
export const oldEntries: Rule = ({ members, oldEntriesUpTo }, to) => {
  if (minorOf(to) < 7) return [];
  const replaying = members.filter((member) => mayReplay(member, oldEntriesUpTo));
  if (replaying.length === 0) return [];
  const names = replaying.map(({ name }) => name).join(', ');
  const known = oldEntriesUpTo !== 'unknown' && replaying.every(hasKnownSnapshot);
  return [
    {
      rule: 'old-entries',
      why: known
        ? `the log of ${names} is replayed from before entry ${oldEntriesUpTo}, up to which members below 3.6 wrote: ${to} panics over their entries`
        : `the log of ${names} may be replayed from entries that members below 3.6 wrote, over which ${to} panics`,
      first:
        "Once the cluster's version is 3.6.0, let each member write a snapshot: restart them on 3.6 with `--snapshot-count=100`, one after the other, and look for `saved snapshot to disk` in their logs.",
    },
  ];
};

function mayReplay({ snapshotIndex }: MemberFacts, upTo: ClusterFacts['oldEntriesUpTo']): boolean {
  if (upTo === 0) return false;
  return upTo === 'unknown' || snapshotIndex === 'unknown' || snapshotIndex < upTo;
}

const hasKnownSnapshot = ({ snapshotIndex }: MemberFacts): boolean => snapshotIndex !== 'unknown';
