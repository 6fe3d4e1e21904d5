import type { JournalEvent, JournalEventOf } from '../../journal/events.ts';
import type { RecordedRun } from '../../journal/recorded-run.ts';
import { votersAt } from './cluster.ts';

/** A time in which the majority view named no leader. */
export interface TimeWithoutLeader {
  readonly fromMs: number;
  readonly toMs: number;
  /** The start of the cluster: none was named before. */
  readonly atStart: boolean;
  /**
   * What it is made of, in order. Those not proven are left out where the same leader is named at the
   * same term afterwards: nobody who loses that office wins it again at its term.
   */
  readonly stretches: readonly LeaderlessStretch[];
}

export interface LeaderlessStretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** No leader had the word of most members, whatever those that did not answer would have said. */
  readonly proven: boolean;
}

type MemberView = Pick<JournalEventOf<'view'>, 'reachable' | 'leader' | 'term'>;

/** The times without a leader by majority view; the last one ends with what was recorded. */
export function timesWithoutLeader(run: RecordedRun): TimeWithoutLeader[] {
  const spans: TimeWithoutLeader[] = [];
  let before: JournalEventOf<'leader'> | undefined;
  let lost: number | undefined;
  for (const [index, event] of run.events.entries()) {
    if (event.type !== 'leader') continue;
    if (event.leader === null) {
      lost ??= index;
    } else {
      if (lost !== undefined) spans.push(spanOf(run, lost, index, before));
      before = event;
      lost = undefined;
    }
  }
  if (lost !== undefined) spans.push(spanOf(run, lost, endOfWatch(run), before));
  return spans;
}

/** Verdicts come after the cluster is gone, so they are no evidence that it was still watched. */
function endOfWatch(run: RecordedRun): number {
  return run.events.findLastIndex(({ type }) => type !== 'verdict' && type !== 'run.ended');
}

function spanOf(
  run: RecordedRun,
  from: number,
  to: number,
  before: JournalEventOf<'leader'> | undefined,
): TimeWithoutLeader {
  const last = run.events[to];
  const stayed =
    last?.type === 'leader' && last.leader === before?.leader && last.term === before?.term;
  return {
    fromMs: run.events[from]?.t ?? 0,
    toMs: last?.t ?? 0,
    atStart: before === undefined,
    stretches: stretchesOf(run, from, to).filter(({ proven }) => proven || !stayed),
  };
}

function stretchesOf(run: RecordedRun, from: number, to: number): LeaderlessStretch[] {
  const views = new Map<string, MemberView>();
  const learn = (event: JournalEvent): void => {
    if (event.type === 'view') views.set(event.member, event);
  };
  run.events.slice(0, from).forEach(learn);
  let fromMs = run.events[from]?.t ?? 0;
  let proven = noneNamed(votersAt(run, fromMs), views);
  const stretches: LeaderlessStretch[] = [];
  for (let index = from + 1; index < to; index += 1) {
    const event = run.events[index];
    if (event?.type !== 'view' && event?.type !== 'leader') continue;
    learn(event);
    // A look writes a member's view and right after it the leader that follows: one moment.
    const next = run.events[index + 1];
    if (next?.type === 'leader' && next.leader === event.leader) continue;
    if (noneNamed(votersAt(run, event.t), views) === proven) continue;
    stretches.push({ fromMs, toMs: event.t, proven });
    fromMs = event.t;
    proven = !proven;
  }
  return [...stretches, { fromMs, toMs: run.events[to]?.t ?? fromMs, proven }];
}

function noneNamed(members: readonly string[], views: ReadonlyMap<string, MemberView>): boolean {
  const votes = new Map<string, number>();
  let silent = 0;
  for (const member of members) {
    const view = views.get(member);
    if (!view?.reachable) silent += 1;
    else if (view.leader !== null) {
      const vote = `${view.term} ${view.leader}`;
      votes.set(vote, (votes.get(vote) ?? 0) + 1);
    }
  }
  return Math.max(0, ...votes.values()) + silent <= members.length / 2;
}
