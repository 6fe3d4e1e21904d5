import { quorum } from '../../quorum.ts';
import type { JournalEvent } from '../../journal/events.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

/** A time in which no voter joined, left, came up or went down. */
export interface QuorumSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly voters: number;
  /** Of the voters, those whose etcd was started and has not ended. */
  readonly up: number;
  /** Voters that could still have gone down without the majority; below 0 it was lost. */
  readonly spare: number;
}

/** The drill's time, from the cluster's start to the end of the load, in spans. */
export function quorumSpans(run: RecordedRun): QuorumSpan[] {
  const voters = new Set<string>();
  const up = new Set<string>();
  const endMs = eventsOf(run, 'load.ended').at(-1)?.t ?? run.events.at(-1)?.t ?? 0;
  const spans: QuorumSpan[] = [];
  let now: QuorumSpan | undefined;
  const goOn = (t: number): void => {
    const running = [...voters].filter((voter) => up.has(voter)).length;
    if (now?.voters === voters.size && now.up === running && t < endMs) return;
    if (now !== undefined && t > now.fromMs) spans.push({ ...now, toMs: t });
    const spare = running - quorum(voters.size);
    now = { fromMs: t, toMs: endMs, voters: voters.size, up: running, spare };
  };
  for (const event of run.events) {
    if (event.t >= endMs) break;
    if (noted(event, voters, up) && voters.size > 0) goOn(event.t);
  }
  goOn(endMs);
  return spans;
}

/** The members whose etcd was started by `t` and had not ended. */
export function upAt(run: RecordedRun, t: number): ReadonlySet<string> {
  const up = new Set<string>();
  for (const event of run.events) {
    if (event.t >= t) break;
    noted(event, new Set(), up);
  }
  return up;
}

/** Whether the event concerned who votes or who is up. */
function noted(event: JournalEvent, voters: Set<string>, up: Set<string>): boolean {
  switch (event.type) {
    case 'cluster.started':
      for (const { name } of event.members) {
        voters.add(name);
        up.add(name);
      }
      return true;
    case 'membership':
      if (event.standing === 'voter') voters.add(event.member);
      else voters.delete(event.member);
      return true;
    case 'member.state':
      if (event.state === 'starting' || event.state === 'running') up.add(event.member);
      else up.delete(event.member);
      return true;
    default:
      return false;
  }
}
