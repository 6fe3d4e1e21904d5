import type { ClusterFacts, Rule } from '../facts.ts';
import { isBelow, minorOf, releaseOf } from '../versions.ts';

/** A way in which releases of a minor lose what they acknowledged. */
interface Loss {
  readonly minor: number;
  /** The first release without it. */
  readonly mended: string;
  readonly issue: number;
  readonly what: string;
  readonly concerns: (facts: ClusterFacts) => boolean;
}

const everybody = (): boolean => true;
const single = ({ members }: ClusterFacts): boolean => members.length === 1;
const afterKill = "after a SIGKILL under load the members' revisions and data can differ";
const ofSingle = 'a single member can lose a write that it acknowledged';

const losses: readonly Loss[] = [
  { minor: 5, mended: '3.5.3', issue: 13766, what: afterKill, concerns: everybody },
  { minor: 5, mended: '3.5.5', issue: 14370, what: ofSingle, concerns: single },
  { minor: 4, mended: '3.4.21', issue: 14370, what: ofSingle, concerns: single },
];

/** No upgrade may lead to a release that is known to lose data which the cluster it leads from keeps. */
export const knownLoss: Rule = (facts, to) =>
  losses
    .filter(({ minor, mended, concerns }) => {
      return minorOf(to) === minor && isBelow(to, mended) && concerns(facts);
    })
    .map(({ minor, mended, issue, what }) => ({
      rule: 'known-loss',
      why: `under ${to} ${what} (etcd issue ${issue})`,
      first: `Choose ${releaseOf(minor) ?? mended} instead (at least ${mended}).`,
    }));
