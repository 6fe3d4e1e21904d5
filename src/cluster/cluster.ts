import { DrillError, exitCode } from '../errors.ts';
import { durationMs } from '../duration.ts';
import type { Fault } from '../faults/fault.ts';
import { type ActiveFault, type FaultContext, injectFault } from '../faults/lifecycle.ts';
import { eventually } from '../wait.ts';
import type { Member } from './member.ts';
import type { Membership } from './membership.ts';
import type { MajorityView, Observer } from './observer.ts';

/** A started cluster, as a timeline sees it. */
export interface Cluster extends Membership {
  /** Members with a pod, in the order they came. */
  readonly members: readonly Member[];
  /** The leader that a majority names now, and its term. */
  readonly view: () => MajorityView;
  member(name: string): Member;
  /** The leader by majority view; waits up to 5 s for one. */
  leader(): Promise<Member>;
  /** Every member but these. */
  except(...members: readonly Member[]): Member[];
  /** Injects a fault, proves that it bites, and heals it when the returned value is disposed. */
  inject(fault: Fault): Promise<ActiveFault>;
  /** Waits for a leader by majority view (another than `other`); none in time is a violation. */
  elects(options: { within: string | number; other?: Member }): Promise<Member>;
  /** Waits until all members name one leader at one revision; not in time is a violation. */
  converges(options: { within: string | number }): Promise<void>;
}

export interface ClusterParts {
  readonly members: readonly Member[];
  readonly membership: Membership;
  readonly observer: Observer;
  readonly faults: FaultContext;
  readonly signal: AbortSignal;
}

const leaderWithinMs = 5000;

export function clusterOf({
  members,
  membership,
  observer,
  faults,
  signal,
}: ClusterParts): Cluster {
  const find = (name: string): Member => {
    const found = members.find((member) => member.name === name);
    if (found) return found;
    const names = members.map((member) => member.name).join(', ');
    throw new DrillError(`There is no member \`${name}\`: the cluster has ${names}.`);
  };
  return {
    members,
    view: () => observer.majority(),
    member: find,
    except: (...others) => members.filter((member) => !others.includes(member)),
    inject: (fault) => {
      signal.throwIfAborted();
      return injectFault(fault, faults);
    },
    leader: () =>
      eventually(
        { subject: 'A leader', withinMs: leaderWithinMs, code: exitCode.violated, signal },
        () => leaderOf(observer, members),
      ),
    elects: ({ within, other }) =>
      eventually(
        {
          subject: other ? `Another leader than ${other.name}` : 'A leader',
          withinMs: durationMs(within),
          code: exitCode.violated,
          signal,
        },
        () => {
          const leader = leaderOf(observer, members);
          return leader && leader !== other ? leader : undefined;
        },
      ),
    async converges({ within }) {
      await eventually(
        {
          subject: 'One leader and one applied index on every member',
          withinMs: durationMs(within),
          code: exitCode.violated,
          signal,
        },
        () => converged(membership.present()),
      );
    },
    ...membership,
    renew() {
      observer.forget();
      membership.renew();
    },
  };
}

/** None while the one that is named was removed just now. */
function leaderOf(observer: Observer, members: readonly Member[]): Member | undefined {
  const { leader } = observer.majority();
  return members.find(({ name }) => name === leader);
}

/** Allowed spread of revisions while writes go on: members apply what is committed a moment apart. */
const revisionSpread = 200;

async function converged(members: readonly Member[]): Promise<true | undefined> {
  const statuses = await Promise.all(members.map((member) => member.admin.status()));
  const revisions = statuses.map((status) => status.revision);
  const leaders = new Set(statuses.map((status) => `${status.leader} at ${status.raftTerm}`));
  const oneLeader = leaders.size === 1 && statuses[0]?.leader !== undefined;
  return oneLeader && Math.max(...revisions) - Math.min(...revisions) <= revisionSpread
    ? true
    : undefined;
}
