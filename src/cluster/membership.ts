import type { EtcdImage } from '../engine/engine.ts';
import type { MemberInfo } from '../etcd/admin-answers.ts';
import { DrillError, exitCode } from '../errors.ts';
import type { JournalEventOf } from '../journal/events.ts';
import { type Wait, eventually } from '../wait.ts';
import { peerUrl } from './build-member.ts';
import type { Member } from './member.ts';

/** What a member is to etcd. One that is `out` has a pod of the run, and no place in the cluster. */
export type Standing = JournalEventOf<'membership'>['standing'];

/** Who belongs to a cluster, and the changes of it; each resolves once etcd has acknowledged it. */
export interface Membership {
  /** Those that count towards etcd's quorum, running or not. */
  voters(): Member[];
  /** Voters and learners. */
  present(): Member[];
  /** Calls `listener` after every change from now on. */
  onMembership(listener: () => void): void;
  /** Adds a member with a pod of its own, under a name never used before. */
  add(options?: AddOptions): Promise<Member>;
  /** Gives a learner its vote, as soon as etcd takes it for caught up. */
  promote(learner: Member): Promise<Promotion>;
  /** Takes a member out of the cluster and leaves its pod; etcd ends there by itself, where it runs. */
  expel(member: Member): Promise<void>;
  /** Takes an expelled member, its files gone, into the cluster again in its old place. */
  readmit(member: Member, options?: { readonly learner?: boolean }): Promise<void>;
  /** Takes a member out of the cluster and off the engine. */
  remove(member: Member): Promise<void>;
  /**
   * Notes that every member with a pod votes in a new cluster, whatever it was in the old one: what
   * a restore on all of them makes. Call it before the first of them starts.
   */
  renew(): void;
}

export interface AddOptions {
  /** Without a vote until it is promoted (etcd 3.4 and later). */
  readonly learner?: boolean;
  readonly image?: EtcdImage;
  /** Whether its etcd is started; a voter counts towards the quorum either way. */
  readonly start?: boolean;
}

export interface Promotion {
  /** From the call until etcd took it for caught up. */
  readonly caughtUpMs: number;
}

export interface MembershipParts {
  /** Those the cluster started with; changed in place. */
  readonly members: Member[];
  /** Makes pod and container of a member that is to join `others`, each as `--initial-cluster` wants it. */
  readonly make: (image: EtcdImage | undefined, others: readonly string[]) => Promise<Member>;
  readonly nowMs: () => number;
  readonly write: (event: JournalEventOf<'membership'>) => void;
  readonly signal: AbortSignal;
}

/** etcd refuses to change its members until all of them have been connected for 5 s. */
const changesWithinMs = 15_000;
const catchesUpWithinMs = 60_000;
const listWithinMs = 2000;

export function openMembership({
  members,
  make,
  nowMs,
  write,
  signal,
}: MembershipParts): Membership {
  const standings = new Map(members.map((member): [Member, Standing] => [member, 'voter']));
  const listeners: (() => void)[] = [];
  const having = (...wanted: Standing[]): Member[] =>
    members.filter((member) => wanted.includes(standings.get(member) ?? 'out'));
  const become = (member: Member, standing: Standing): void => {
    standings.set(member, standing);
    write({ type: 'membership', t: nowMs(), member: member.name, standing });
    for (const listener of listeners) listener();
  };
  const changing = (subject: string, withinMs = changesWithinMs): Wait => ({
    subject,
    withinMs,
    everyMs: 100,
    code: exitCode.violated,
    signal,
  });

  const join = (member: Member, learner: boolean): Promise<void> =>
    askInTurn(changing(`${member.name} in the membership`), having('voter'), async (asked) => {
      if (await listedBy(asked, member)) return; // by an attempt whose answer was lost
      await asked.admin.memberAdd({ peerUrls: [urlOf(member)], learner });
    });
  const expel = async (member: Member): Promise<void> => {
    if (!members.includes(member))
      throw new DrillError(`${member.name} is no member of this cluster any more.`);
    if (having('out').includes(member)) return;
    const others = having('voter').filter((other) => other !== member);
    await askInTurn(changing(`The removal of ${member.name}`), others, async (asked) => {
      const listed = await listedBy(asked, member);
      if (listed) await asked.admin.memberRemove(listed.id);
    });
    become(member, 'out');
  };

  return {
    voters: () => having('voter'),
    present: () => having('voter', 'learner'),
    onMembership: (listener) => void listeners.push(listener),
    async add({ learner = false, image, start = true } = {}) {
      const member = await make(image, having('voter', 'learner').map(peerUrl));
      await join(member, learner);
      members.push(member);
      become(member, learner ? 'learner' : 'voter');
      if (start) await member.start();
      return member;
    },
    async promote(learner) {
      const { name } = learner;
      const startedMs = nowMs();
      const promotion = changing(`The promotion of ${name}`, catchesUpWithinMs);
      await askInTurn(promotion, having('voter'), async (asked) => {
        const listed = await listedBy(asked, learner);
        if (!listed) throw new DrillError(`${name} cannot be promoted: etcd does not list it.`);
        if (listed.isLearner) await asked.admin.memberPromote(listed.id);
      });
      become(learner, 'voter');
      return { caughtUpMs: nowMs() - startedMs };
    },
    expel,
    async readmit(member, { learner = false } = {}) {
      await join(member, learner);
      become(member, learner ? 'learner' : 'voter');
      const initialCluster = having('voter', 'learner').map(peerUrl);
      await member.restart({ joining: { initialCluster, state: 'existing' } });
    },
    async remove(member) {
      await expel(member);
      members.splice(members.indexOf(member), 1);
      await member.discard();
    },
    renew() {
      for (const member of having('learner', 'out')) become(member, 'voter');
    },
  };
}

/** Asks one running member after the other until one has done it. */
async function askInTurn(
  wait: Wait,
  members: readonly Member[],
  ask: (member: Member) => Promise<void>,
): Promise<void> {
  let turn = 0;
  await eventually(wait, async () => {
    const running = members.filter(({ state }) => state === 'running');
    const asked = running[turn++ % running.length];
    if (!asked) throw new DrillError(`${wait.subject}: no other voter is running to be asked.`);
    await ask(asked);
    return true;
  });
}

/** By its address: a member that never came up has no name. */
async function listedBy(asked: Member, member: Member): Promise<MemberInfo | undefined> {
  const listed = await asked.admin.memberList({}, listWithinMs);
  return listed.find(({ peerUrls }) => peerUrls.includes(urlOf(member)));
}

const urlOf = ({ address }: Member): string => `http://${address}:2380`;

/** Of a cluster that is only looked at: its members are changed by the run that made it. */
export function foreignMembership(members: readonly Member[]): Membership {
  const refuse = (): never => {
    throw new DrillError('Members are changed by the run itself, not from outside.');
  };
  return {
    voters: () => [...members],
    present: () => [...members],
    onMembership: () => undefined,
    add: refuse,
    promote: refuse,
    expel: refuse,
    readmit: refuse,
    remove: refuse,
    renew: refuse,
  };
}
