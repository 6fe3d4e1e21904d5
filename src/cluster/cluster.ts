import type { EtcdImage } from '../engine/engine.ts';
import { DrillError, exitCode } from '../errors.ts';
import { durationMs } from '../duration.ts';
import type { Fault } from '../faults/fault.ts';
import { type ActiveFault, type FaultContext, injectFault } from '../faults/lifecycle.ts';
import { type Wait, eventually } from '../wait.ts';
import type { Member } from './member.ts';
import type { MajorityView, Observer } from './observer.ts';

/** A started cluster, as a timeline sees it. */
export interface Cluster {
  /** Present members, in the order they came. */
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
  /** Adds a member (a learner where asked) with a pod of its own and starts it. */
  add(options?: { learner?: boolean; image?: EtcdImage }): Promise<Member>;
  /** Removes a member from the cluster and from the engine. */
  remove(member: Member): Promise<void>;
}

export interface ClusterParts {
  readonly members: Member[];
  readonly observer: Observer;
  readonly faults: FaultContext;
  readonly signal: AbortSignal;
  /** Makes the pod and member of the next number; joins it to `members` once it is created. */
  readonly grow: (learner: boolean, image: EtcdImage | undefined) => Promise<Member>;
}

const leaderWithinMs = 5000;

export function clusterOf({ members, observer, faults, signal, grow }: ClusterParts): Cluster {
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
        () => leaderOf(observer, find),
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
          const leader = leaderOf(observer, find);
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
        () => converged(members),
      );
    },
    add: ({ learner = false, image } = {}) => grow(learner, image),
    async remove(member) {
      const asked = members.find((each) => each !== member && each.state === 'running');
      if (!asked) throw new DrillError(`${member.name} cannot be removed: no other is running.`);
      await eventually(membershipChange(`The removal of ${member.name}`, signal), async () => {
        // By its address: a member that never came up has no name, and the observer no id of it.
        const url = `http://${member.address}:2380`;
        const listed = (await asked.admin.memberList()).find((each) => each.peerUrls.includes(url));
        if (listed) await asked.admin.memberRemove(listed.id);
        return true;
      });
      members.splice(members.indexOf(member), 1);
      await member.discard();
    },
  };
}

/** etcd refuses to change its members until all of them have been connected for 5 s. */
export const membershipChange = (subject: string, signal: AbortSignal): Wait => ({
  subject,
  withinMs: 15_000,
  everyMs: 250,
  code: exitCode.couldNotRun,
  signal,
});

function leaderOf(observer: Observer, find: (name: string) => Member): Member | undefined {
  const { leader } = observer.majority();
  return leader === null ? undefined : find(leader);
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
