import type { JournalEvent, JournalEventOf } from '../../journal/events.ts';
import type { RecordedRun } from '../../journal/recorded-run.ts';
import { membersAt } from './cluster.ts';

/** A time in which the majority view named no leader. */
export interface TimeWithoutLeader {
  readonly fromMs: number;
  readonly toMs: number;
  /** The start of the cluster: none was named before. */
  readonly atStart: boolean;
  /**
   * What it is made of, in order. Silent stretches are left out where the same leader is named at
   * the same term afterwards: nobody who loses that office wins it again at its term.
   */
  readonly stretches: readonly LeaderlessStretch[];
}

export interface LeaderlessStretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** Most members answered, and named no leader; of a silent majority nobody knows. */
  readonly answered: boolean;
}

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
    stretches: stretchesOf(run, from, to).filter(({ answered }) => answered || !stayed),
  };
}

function stretchesOf(run: RecordedRun, from: number, to: number): LeaderlessStretch[] {
  const reachable = new Map<string, boolean>();
  const learn = (event: JournalEvent): void => {
    if (event.type === 'view') reachable.set(event.member, event.reachable);
  };
  const answeredAt = (t: number): boolean => {
    const members = membersAt(run, t);
    return members.filter((member) => reachable.get(member)).length > members.length / 2;
  };
  run.events.slice(0, from).forEach(learn);
  let fromMs = run.events[from]?.t ?? 0;
  let answered = answeredAt(fromMs);
  const stretches: LeaderlessStretch[] = [];
  for (let index = from + 1; index < to; index += 1) {
    const event = run.events[index];
    if (event?.type !== 'view' && event?.type !== 'leader') continue;
    learn(event);
    // A look writes a member's view and right after it the leader that follows: one moment.
    const next = run.events[index + 1];
    if (next?.type === 'leader' && next.leader === event.leader) continue;
    if (answeredAt(event.t) === answered) continue;
    stretches.push({ fromMs, toMs: event.t, answered });
    fromMs = event.t;
    answered = !answered;
  }
  return [...stretches, { fromMs, toMs: run.events[to]?.t ?? fromMs, answered }];
}
