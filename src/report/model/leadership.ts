import { epochAt } from '../../history/epoch.ts';
import type { JournalEvent } from '../../journal/events.ts';
import type { RecordedRun } from '../../journal/recorded-run.ts';

/** Who led when: by majority view, and as each member saw itself. */
export interface Leadership {
  readonly leaders: readonly LeaderSpan[];
  readonly lanes: readonly RoleLane[];
}

/** The leader by majority view over a stretch of time; null is a cluster without one. */
export interface LeaderSpan {
  readonly leader: string | null;
  readonly term: number;
  readonly startMs: number;
  readonly endMs: number;
}

export interface RoleLane {
  readonly member: string;
  readonly spans: readonly RoleSpan[];
}

/**
 * `stale-leader` believes to lead in a term that others have left behind; `no-leader` answers but
 * follows nobody; `learner` follows without a vote; `down` is a process that does not run (killed, paused, stopped, exited, removed).
 */
export type Role =
  'leader' | 'stale-leader' | 'follower' | 'learner' | 'no-leader' | 'unreachable' | 'down';

export interface RoleSpan {
  readonly role: Role;
  readonly term: number;
  readonly startMs: number;
  readonly endMs: number;
}

export function leadershipOf(run: RecordedRun, durationMs: number): Leadership {
  const selves = new Map<string, Self>();
  const lanes = new Map<string, RoleSpan[]>();
  const leaders: LeaderSpan[] = [];
  const { epochStarts = [] } = run.history;
  let epoch = 1;
  let newestTerm = 0;
  for (const event of run.events) {
    const now = epochAt(epochStarts, event.t);
    if (now > epoch) newestTerm = 0; // a restored cluster begins its terms anew
    epoch = now;
    if (event.type === 'leader') extend(leaders, event, durationMs);
    if (event.type === 'leader' || event.type === 'elected') {
      newestTerm = Math.max(newestTerm, event.term);
    }
    observe(selves, event);
    for (const [member, self] of selves) {
      const spans = lanes.get(member) ?? [];
      lanes.set(member, spans);
      const role = roleOf(member, self, newestTerm);
      if (role !== undefined) enter(spans, role, self.term, event.t, durationMs);
    }
  }
  const names = [...lanes.keys()].toSorted(byName);
  return { leaders, lanes: names.map((member) => ({ member, spans: lanes.get(member) ?? [] })) };
}

/** What is known of one member. Until it is seen it has no role: it may still be starting. */
interface Self {
  readonly seen: boolean;
  readonly running: boolean;
  readonly reachable: boolean;
  readonly leader: string | null;
  readonly term: number;
  readonly learner: boolean;
}

const unseen: Self = {
  seen: false,
  running: true,
  reachable: false,
  leader: null,
  term: 0,
  learner: false,
};

function observe(selves: Map<string, Self>, event: JournalEvent): void {
  if (!('member' in event) || event.member === undefined) return;
  const self = selves.get(event.member) ?? unseen;
  if (event.type === 'member.state') {
    const running = event.state === 'running' || event.state === 'starting';
    selves.set(event.member, running ? { ...self, running } : { ...unseen, running });
  } else if (event.type === 'view') {
    const { reachable, leader, term, learner = false } = event;
    // One that does not run answers nobody: that is no news.
    const running = reachable || self.running;
    selves.set(event.member, { seen: true, running, reachable, leader, term, learner });
  } else if (event.type === 'elected') {
    const { member, term } = event;
    const { running } = self; // its log is read a moment later, maybe after its end
    const led = { leader: member, term, learner: false };
    selves.set(member, { seen: true, running, reachable: running, ...led });
  }
}

function roleOf(member: string, self: Self, newestTerm: number): Role | undefined {
  if (!self.running) return 'down';
  if (!self.seen) return undefined;
  if (!self.reachable) return 'unreachable';
  if (self.leader === null) return 'no-leader';
  if (self.leader !== member) return self.learner ? 'learner' : 'follower';
  return self.term < newestTerm ? 'stale-leader' : 'leader';
}

/** Starts a new span where role or term changed. */
function enter(spans: RoleSpan[], role: Role, term: number, t: number, durationMs: number): void {
  const last = spans.at(-1);
  if (last !== undefined && last.role === role && last.term === term) return;
  if (last !== undefined) spans[spans.length - 1] = { ...last, endMs: t };
  spans.push({ role, term, startMs: t, endMs: durationMs });
}

function extend(
  leaders: LeaderSpan[],
  event: { readonly t: number; readonly leader: string | null; readonly term: number },
  durationMs: number,
): void {
  const last = leaders.at(-1);
  if (last !== undefined) leaders[leaders.length - 1] = { ...last, endMs: event.t };
  leaders.push({ leader: event.leader, term: event.term, startMs: event.t, endMs: durationMs });
}

/** m2 before m10, without a locale. */
export function byName(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}
