import type { Cut } from './journal/events.ts';

/** Members that make a majority of `members`: what Raft needs to elect and to commit. */
export function quorum(members: number): number {
  return Math.floor(members / 2) + 1;
}

/** What a cut does to a cluster, as far as it follows from severed links and stopped members alone. */
export interface CutEffect {
  /** Members of a majority. */
  readonly quorum: number;
  /** Members that reach a majority, themselves counted, over whole direct links: only they can lead. */
  readonly electable: readonly string[];
  /** Members that can neither lead nor hear anyone who can: they must serve nothing that needs consensus. */
  readonly isolated: readonly string[];
  /**
   * Members that are not isolated, yet have no link to the leader that stays: the far end of a
   * bridge. They are left without a leader, and cannot depose it either, because the bridge still
   * hears it and so refuses its vote.
   */
  readonly stranded: readonly string[];
  /** Members whose process answers nobody: neither led nor isolated, as they cannot be asked. */
  readonly down: readonly string[];
  readonly leadership: Leadership;
}

export type Leadership =
  /** The cut does not touch the links between members, and there was no leader: nothing is expected. */
  | { readonly kind: 'untouched' }
  /** The leader keeps a majority, whoever else cannot hear it: an election would be a finding. */
  | { readonly kind: 'kept'; readonly leader: string }
  /** The leader has lost its majority (or there was none) and one of `to` must be elected. */
  | { readonly kind: 'moves'; readonly from: string | null; readonly to: readonly string[] }
  /** Nobody reaches a majority: no leader can be elected until the cut heals. */
  | { readonly kind: 'impossible'; readonly from: string | null };

/**
 * What to expect of a cluster of voting `members` under `cut`. Raft forwards nothing: a member counts
 * another only over a direct link, and a link severed in one direction is severed, because TCP
 * needs both. A member that is down counts, but reaches nobody and cannot lead. Names of others than
 * `members` are ignored. Raft does not notice that clients are cut off: the leader stays.
 *
 * A leader that keeps a majority stays whatever the graph: each of that majority hears it, so refuses
 * its vote (check-quorum, which etcd always has on), and those left over are too few.
 */
export function effectOf(members: readonly string[], cut: Cut): CutEffect {
  const majority = quorum(members.length);
  if (cut.scope === 'client') {
    const { leader } = cut;
    const leadership: Leadership =
      leader === null ? { kind: 'untouched' } : { kind: 'kept', leader };
    return {
      quorum: majority,
      electable: members,
      isolated: [],
      stranded: [],
      down: [],
      leadership,
    };
  }
  const down = members.filter((member) => cut.down?.includes(member));
  const up = members.filter((member) => !down.includes(member));
  const linked = linkTest(cut);
  const electable = up.filter(
    (member) => up.filter((other) => linked(member, other)).length >= majority,
  );
  const isolated = up.filter((member) => !electable.some((leader) => linked(member, leader)));
  const leadership = leadershipOf(cut.leader, electable);
  const stranded =
    leadership.kind === 'kept'
      ? up.filter((member) => !isolated.includes(member) && !linked(member, leadership.leader))
      : [];
  return { quorum: majority, electable, isolated, stranded, down, leadership };
}

/** Whether two members reach each other directly; every member reaches itself. */
function linkTest(cut: Cut): (one: string, other: string) => boolean {
  const severed = new Set(cut.links.map(([from, to]) => JSON.stringify([from, to])));
  return (one, other) =>
    one === other ||
    !(severed.has(JSON.stringify([one, other])) || severed.has(JSON.stringify([other, one])));
}

function leadershipOf(leader: string | null, electable: readonly string[]): Leadership {
  if (electable.length === 0) return { kind: 'impossible', from: leader };
  if (leader !== null && electable.includes(leader)) return { kind: 'kept', leader };
  return { kind: 'moves', from: leader, to: electable };
}
