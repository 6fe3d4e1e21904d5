import { opKind, opStatus } from '../columns/columns.ts';
import type { Judgement } from '../judgement.ts';
import { execute } from './execute.ts';
import { rollBack } from './machine.ts';
import { writesGroup, type Replay } from './replay.ts';
import { likeliestGroup } from './watch-log.ts';
import { mayWrite } from './writers.ts';

/** A revision that watchers saw but nobody is known to have made, with what could have. */
export interface Unowned {
  readonly revision: number;
  readonly candidates: readonly number[];
  /** The lease whose expiry deletes exactly those keys, or 0. */
  readonly expiry: number;
}

/** Operations that may have happened unseen: unknown writes not bound to a revision. */
export function openUnknowns({ columns, foundAt }: Judgement): number[] {
  const open: number[] = [];
  for (const op of columns.errors.keys()) {
    if (columns.status[op] !== opStatus.unknown || foundAt[op] !== 0) continue;
    if (mayWrite(columns, op)) open.push(op);
  }
  return open;
}

/** Acknowledged revokes by the revision in their header: they may or may not have made it. */
export function revokesByRevision({ columns }: Judgement): Map<number, number[]> {
  const revokes = new Map<number, number[]>();
  if (columns.leases.length === 1) return revokes;
  for (let op = 0; op < columns.count; op += 1) {
    if (columns.kind[op] !== opKind.revoke || columns.status[op] !== opStatus.ok) continue;
    const list = revokes.get(columns.revision[op]!) ?? [];
    list.push(op);
    revokes.set(columns.revision[op]!, list);
  }
  return revokes;
}

/** What could have made the watched events of `revision`, judged on the state before it. */
export function findCauses(
  replay: Replay,
  revision: number,
  open: readonly number[],
  revokes: ReadonlyMap<number, readonly number[]>,
): Unowned {
  const { judgement } = replay;
  const group = likeliestGroup(judgement.log, revision);
  const { floor } = judgement.floors;
  const candidates = [...open, ...(revokes.get(revision) ?? [])].filter(
    (op) => floor[op]! < revision && makesGroup(replay, op, group, revision),
  );
  return { revision, candidates, expiry: expiringLease(replay, group) };
}

/**
 * Gives each revision its own cause by augmenting paths, first where no expiry explains it; returns
 * those left without one.
 */
export function creditCauses(unowned: readonly Unowned[]): {
  readonly uncaused: readonly number[];
  readonly causes: ReadonlyMap<number, number>;
} {
  const takenBy = new Map<number, number>();
  const uncaused: number[] = [];
  const assign = (slot: number, tried: Set<number>): boolean => {
    for (const op of unowned[slot]!.candidates) {
      if (tried.has(op)) continue;
      tried.add(op);
      const other = takenBy.get(op);
      if (other !== undefined && !assign(other, tried)) continue;
      takenBy.set(op, slot);
      return true;
    }
    return false;
  };
  const order = [...unowned.keys()];
  const needy = order.filter((slot) => unowned[slot]!.expiry === 0);
  for (const slot of needy) if (!assign(slot, new Set())) uncaused.push(slot);
  for (const slot of order) if (unowned[slot]!.expiry !== 0) assign(slot, new Set());
  const causes = [...takenBy].map(([op, slot]) => [unowned[slot]!.revision, op] as const);
  return { uncaused: uncaused.map((slot) => unowned[slot]!.revision), causes: new Map(causes) };
}

function makesGroup(replay: Replay, op: number, group: number, revision: number): boolean {
  const { machine, judgement } = replay;
  const { columns } = judgement;
  const lease = columns.kind[op] === opKind.revoke ? columns.words[columns.offset[op]!]! : 0;
  if (lease !== 0 && machine.attached[lease] === 0) return false;
  const mark = machine.journal.length;
  execute(machine, columns, op, revision);
  const same = machine.journal.length > mark && writesGroup(replay, mark, group);
  rollBack(machine, mark);
  return same;
}

/** The one lease whose attached keys are exactly those deleted, or 0. */
function expiringLease({ judgement, machine }: Replay, group: number): number {
  const { events } = judgement.columns;
  const first = judgement.log.groups.data[group]!;
  const count = judgement.log.groups.data[group + 1]!;
  const lease = machine.lease[events.key[first]!]!;
  if (lease === 0 || machine.attached[lease] !== count) return 0;
  for (let event = first; event < first + count; event += 1) {
    if (events.value[event] !== -1 || machine.lease[events.key[event]!] !== lease) return 0;
  }
  return lease;
}
