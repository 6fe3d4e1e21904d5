import type { Session } from '../cluster/session.ts';
import type { Cut } from '../journal/events.ts';

/**
 * How a fault comes off when the runner is gone. `leased`: by itself, within 10 s. `repaired`: by
 * the run's teardown or `drill clean`. `irreversible`: not at all; the member is rebuilt.
 */
export type Undo = 'leased' | 'repaired' | 'irreversible';

/** What a fault needs to know of a member. */
export interface FaultTarget {
  readonly name: string;
  readonly address: string;
  /** Container that shares its network namespace, for commands by hand. */
  readonly container: string;
  /** A shell in the network namespace of the member, with NET_ADMIN. */
  readonly session: Session;
}

/**
 * A fault as data and four phases. `prepare` looks at the targets before anything is touched and
 * returns the phases bound to what it saw, so that healing can be proven against it.
 */
export interface Fault {
  /** File name in `src/faults`. */
  readonly name: string;
  /** For people: `cut m1 off from m2 and m3 (peer traffic)`. */
  readonly title: string;
  readonly undo: Undo;
  readonly targets: readonly FaultTarget[];
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Severed links, where the fault is one that Raft sees as a cut. */
  readonly links?: Cut['links'];
  readonly scope?: Cut['scope'];
  prepare(id: string): Promise<PreparedFault>;
}

export interface PreparedFault {
  /** Shell script per target that takes the fault off; idempotent; what the lease runs. */
  readonly undoScripts: ReadonlyMap<FaultTarget, string>;
  inject(): Promise<void>;
  /** Waits until the fault is seen to bite and says how; throws `FaultUnproved` when it does not. */
  prove(): Promise<string[]>;
  /**
   * Looks once, while the fault is held, whether it still bites; throws `FaultUnproved`. The `last`
   * look, before the heal, may cost more than the cheap one of every second.
   */
  stillBites(look?: 'cheap' | 'last'): Promise<void>;
  heal(): Promise<void>;
  /** Shows that everything is as it was before; throws when it is not (`NotAsBefore` if it is off). */
  proveHealed(): Promise<string[]>;
  /** Commands that take it off by hand. */
  byHand(): string[];
}

/** The fault was injected but is not seen to bite (any more): the run cannot tell anything. */
export class FaultUnproved extends Error {
  override readonly name = 'FaultUnproved';
}

/** The fault is off, and yet something that it touched is not as it was before. */
export class NotAsBefore extends Error {
  override readonly name = 'NotAsBefore';
}
