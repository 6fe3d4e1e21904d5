import { setTimeout as pause } from 'node:timers/promises';
import type { JournalEvent } from '../journal/events.ts';
import type { Member } from './member.ts';
import { readMetrics } from './metrics.ts';

/** What the voters say, taken together: the leader that a majority of them names at one term. */
export interface MajorityView {
  readonly leader: string | null;
  readonly term: number;
}

export interface MemberView {
  readonly reachable: boolean;
  /** Name of the member it takes for the leader. */
  readonly leader: string | null;
  readonly term: number;
  /** It says that it has no vote. */
  readonly learner?: true;
}

/** Asks every member what it sees, ten times a second, and journals what changes. */
export interface Observer extends AsyncDisposable {
  majority(): MajorityView;
  view(member: string): MemberView;
  /** Raft ids by name, as far as members have told them. */
  ids(): ReadonlyMap<string, string>;
  /** Takes back what members said: a new cluster begins its terms and ids anew. */
  forget(): void;
}

const pollEveryMs = 100;
const metricsEveryMs = 1000;
const answerWithinMs = 1000;
const unknown: MemberView = { reachable: false, leader: null, term: 0 };

export function startObserver(
  members: () => readonly Member[],
  nowMs: () => number,
  write: (event: JournalEvent) => void,
  isVoter: (member: Member) => boolean = () => true,
): Observer {
  const views = new Map<string, MemberView>();
  const ids = new Map<string, string>();
  let majority: MajorityView = { leader: null, term: 0 };
  const stopping = new AbortController();
  /** Most of those that vote: a learner follows a leader without having a say in who it is. */
  const majorityNow = (): MajorityView =>
    majorityOf(
      members().filter((member) => isVoter(member) && views.get(member.name)?.learner !== true),
      views,
    );

  const nameOfId = (id: string | undefined): string | null =>
    [...ids].find(([, known]) => known === id)?.[0] ?? null;

  const look = async (member: Member): Promise<void> => {
    const view = await askStatus(member, ids, nameOfId);
    const before = views.get(member.name) ?? unknown;
    // An unreachable member's last term stays: it has not gone back.
    const next = view.reachable ? view : { ...before, reachable: false, leader: null };
    views.set(member.name, next);
    if (!sameView(before, next)) write({ type: 'view', t: nowMs(), member: member.name, ...next });
    const seen = majorityNow();
    if (seen.leader !== majority.leader || seen.term !== majority.term) {
      majority = seen;
      write({ type: 'leader', t: nowMs(), ...seen });
    }
  };
  const measure = async (member: Member): Promise<void> => {
    const values = await readMetrics(member.clientAddress, answerWithinMs);
    if (values) write({ type: 'metrics', t: nowMs(), member: member.name, values });
  };

  const loops = [
    repeat(pollEveryMs, stopping.signal, () => members(), look),
    repeat(metricsEveryMs, stopping.signal, () => members(), measure),
  ];
  return {
    // Not the last poll's: a member that was stopped since then has no vote any more.
    majority: majorityNow,
    view: (member) => views.get(member) ?? unknown,
    ids: () => ids,
    forget() {
      views.clear();
      ids.clear();
      // That nobody leads is no news then, and its term none.
      if (majority.leader === null) majority = majorityNow();
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function askStatus(
  member: Member,
  ids: Map<string, string>,
  nameOfId: (id: string | undefined) => string | null,
): Promise<MemberView> {
  if (member.state !== 'running') return unknown;
  try {
    const status = await member.admin.status(answerWithinMs);
    ids.set(member.name, status.memberId);
    return {
      reachable: true,
      leader: nameOfId(status.leader),
      term: status.raftTerm,
      ...(status.isLearner ? { learner: true } : {}),
    };
  } catch {
    return unknown; // journaled as a view that is not reachable
  }
}

const sameView = (a: MemberView, b: MemberView): boolean =>
  a.reachable === b.reachable &&
  a.leader === b.leader &&
  a.term === b.term &&
  a.learner === b.learner;

function majorityOf(
  voters: readonly Member[],
  views: ReadonlyMap<string, MemberView>,
): MajorityView {
  const votes = new Map<string, number>();
  let term = 0;
  for (const { name, state } of voters) {
    const view = views.get(name) ?? unknown;
    term = Math.max(term, view.term);
    if (state !== 'running' || !view.reachable || view.leader === null) continue;
    const vote = `${view.term} ${view.leader}`;
    const count = (votes.get(vote) ?? 0) + 1;
    votes.set(vote, count);
    if (count > voters.length / 2) return { leader: view.leader, term: view.term };
  }
  return { leader: null, term };
}

/** Acts on each member again and again; one that does not answer delays no other. */
async function repeat(
  everyMs: number,
  signal: AbortSignal,
  members: () => readonly Member[],
  act: (member: Member) => Promise<void>,
): Promise<void> {
  const busy = new Map<string, Promise<void>>();
  while (!signal.aborted) {
    for (const member of members()) {
      if (busy.has(member.name)) continue;
      busy.set(
        member.name,
        act(member).finally(() => busy.delete(member.name)),
      );
    }
    await pause(everyMs, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
  }
  await Promise.all(busy.values());
}
