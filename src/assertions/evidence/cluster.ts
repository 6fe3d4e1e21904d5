import { epochTitle } from '../../history/epoch.ts';
import type { Cut } from '../../journal/events.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import { effectOf, type CutEffect } from '../../quorum.ts';
import { faultWindows, type FaultWindow } from './fault-windows.ts';
import { upAt } from './quorum-spans.ts';

/**
 * The members of the cluster at `t` of the run, in the order of their names: those it started with
 * and those added by then (etcd acknowledged it, or their etcd was seen starting), without those
 * removed by then.
 */
export function membersAt(run: RecordedRun, t: number): string[] {
  const present = new Set<string>();
  for (const event of run.events) {
    if (event.t > t) break;
    if (event.type === 'cluster.started') event.members.forEach(({ name }) => present.add(name));
    if (event.type === 'membership') {
      if (event.standing === 'out') present.delete(event.member);
      else present.add(event.member);
    }
    if (event.type !== 'member.state') continue;
    if (event.state === 'removed') present.delete(event.member);
    if (event.state === 'starting') present.add(event.member);
  }
  return [...present].toSorted();
}

/**
 * Those of the members at `t` that vote: not a learner, as etcd last acknowledged it by then, or,
 * where the run changed nothing about the member, as it last called itself.
 */
export function votersAt(run: RecordedRun, t: number): string[] {
  const learners = new Map<string, boolean>();
  for (const view of eventsOf(run, 'view')) {
    if (view.t <= t && view.reachable) learners.set(view.member, view.learner === true);
  }
  for (const change of eventsOf(run, 'membership')) {
    if (change.t <= t) learners.set(change.member, change.standing === 'learner');
  }
  return membersAt(run, t).filter((member) => learners.get(member) !== true);
}

/**
 * What follows from a cut made at `t`, for those who vote then; of these, whoever had not been
 * started yet, or had ended before, is down as well.
 */
export function effectAt(run: RecordedRun, t: number, cut: Cut): CutEffect {
  const voters = votersAt(run, t);
  const up = upAt(run, t);
  const down = voters.filter((voter) => cut.down?.includes(voter) || !up.has(voter));
  return effectOf(voters, { ...cut, down });
}

/** A fault that severed links, and what follows from it for the cluster. */
export interface CutWindow extends FaultWindow {
  readonly cut: Cut;
  readonly effect: CutEffect;
}

/** The cuts of a run, between members or between them and their clients. */
export function cutWindows(run: RecordedRun): CutWindow[] {
  const cuts = faultWindows(run).flatMap((window) => {
    const { cut } = window;
    return cut ? [{ ...window, cut, effect: effectAt(run, window.injectingMs, cut) }] : [];
  });
  return cuts.map((cut) => ({
    ...cut,
    doubts: [...cut.doubts, ...overlaps(cut, cuts), ...replacements(run, cut)],
  }));
}

/** What follows from a cut is said of the cluster it cut: another one begins its terms anew. */
function replacements({ history }: RecordedRun, { title, injectingMs, healedMs }: FaultWindow) {
  return (history.epochStarts ?? []).flatMap((start, index) =>
    injectingMs < start.startedMs && start.startedMs <= healedMs
      ? [`${epochTitle(index + 2, start)} began while "${title}" was in place`]
      : [],
  );
}

/** What follows from one cut does not follow from two at a time; to Raft one from clients is none. */
function overlaps(cut: CutWindow, cuts: readonly CutWindow[]): string[] {
  return cuts
    .filter(
      (other) =>
        other.fault !== cut.fault &&
        ![cut, other].some(({ cut: { scope } }) => scope === 'client') &&
        other.injectingMs < cut.healedMs &&
        cut.injectingMs < other.healedMs,
    )
    .map((other) => `"${cut.title}" was in place together with "${other.title}"`);
}
