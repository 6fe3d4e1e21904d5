import type { JournalEventOf } from '../../journal/events.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import { effectOf, type CutEffect } from '../../quorum.ts';
import { faultWindows, type FaultWindow } from './fault-windows.ts';

type MemberState = JournalEventOf<'member.state'>['state'];

/**
 * The members of the cluster at `t` of the run, in the order of their names: those it started with
 * and those added by then (their etcd is first seen starting), without those removed by then.
 */
export function membersAt(run: RecordedRun, t: number): string[] {
  const present = new Set<string>();
  for (const event of run.events) {
    if (event.t > t) break;
    if (event.type === 'cluster.started') event.members.forEach(({ name }) => present.add(name));
    if (event.type !== 'member.state') continue;
    if (event.state === 'removed') present.delete(event.member);
    if (event.state === 'starting') present.add(event.member);
  }
  return [...present].toSorted();
}

/** The last state the journal has of each member that changed its state. */
export function lastStates(run: RecordedRun): ReadonlyMap<string, MemberState> {
  return new Map(eventsOf(run, 'member.state').map(({ member, state }) => [member, state]));
}

/** A fault that severed links, and what follows from it for the cluster. */
export interface CutWindow extends FaultWindow {
  readonly effect: CutEffect;
}

/** The cuts between members of a run; one between clients and members is none of them. */
export function cutWindows(run: RecordedRun): CutWindow[] {
  const cuts = faultWindows(run).flatMap((window) =>
    window.cut === undefined || window.cut.scope === 'client'
      ? []
      : [{ ...window, effect: effectOf(membersAt(run, window.injectingMs), window.cut) }],
  );
  return cuts.map((cut) => ({ ...cut, doubts: [...cut.doubts, ...overlaps(cut, cuts)] }));
}

/** What follows from one cut does not follow from two at a time. */
function overlaps(cut: CutWindow, cuts: readonly CutWindow[]): string[] {
  return cuts
    .filter(
      (other) =>
        other.fault !== cut.fault &&
        other.injectingMs < cut.healedMs &&
        cut.injectingMs < other.healedMs,
    )
    .map((other) => `"${cut.title}" was in place together with "${other.title}"`);
}
