import type { Session } from '../cluster/session.ts';
import type { Cut } from '../journal/events.ts';

/**
 * How a fault comes off when the runner is gone. `leased`: by itself, within 10 s. `repaired`: by
 * the run's teardown, `drill clean` or `drill fault heal`. `irreversible`: not at all; the member is
 * rebuilt, or the cluster thrown away.
 */
export type Undo = 'leased' | 'repaired' | 'irreversible';

/** What a fault needs to know of a member. */
export interface FaultTarget {
  readonly name: string;
  readonly address: string;
  /** `host:port` where this machine reaches its client port, where the fault is one of a member. */
  readonly clientAddress?: string;
  /** Container whose shell `session` is, for commands by hand. */
  readonly container: string;
  /**
   * A shell that the fault's commands run in, and whose lease takes the fault off when the runner is
   * gone: in the member's sidecar (its network and processes, NET_ADMIN) or in one of the run's tools.
   */
  readonly session: Session;
}

/** What every fault says of itself before anything is touched. */
interface FaultAsData {
  /** File name in `src/faults`. */
  readonly name: string;
  /** For people: `cut m1 off from m2 and m3 (peer traffic)`. */
  readonly title: string;
  readonly targets: readonly FaultTarget[];
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Severed links, where the fault is one that Raft sees as a cut. */
  readonly links?: Cut['links'];
  readonly scope?: Cut['scope'];
  /** Members whose process answers nobody while the fault is on: to Raft that is a cut as well. */
  readonly down?: readonly string[];
}

/**
 * A fault that can be healed, as data and four phases. `prepare` looks at the targets before anything
 * is touched, refuses what cannot be done there, and returns the phases bound to what it saw, so that
 * healing can be proven against it.
 */
export interface HealableFault extends FaultAsData {
  readonly undo: 'leased' | 'repaired';
  prepare(id: string): Promise<PreparedFault>;
}

/** A fault that nothing takes back, such as a flipped bit. It ends with its scope, and stays. */
export interface Damage extends FaultAsData {
  readonly undo: 'irreversible';
  prepare(id: string): Promise<PreparedDamage>;
}

export type Fault = HealableFault | Damage;

export interface PreparedDamage {
  inject(): Promise<void>;
  /** Waits until the fault is seen to bite and says how; throws `FaultUnproved` when it does not. */
  prove(): Promise<string[]>;
  readonly commands: FaultCommands;
}

export interface PreparedFault extends PreparedDamage {
  /**
   * Shell script per target that takes the fault off; idempotent; what the lease runs. Of a `repaired`
   * fault what can come off so, and what `drill fault heal` puts right is the rest.
   */
  readonly undoScripts: ReadonlyMap<FaultTarget, string>;
  /**
   * Looks once, while the fault is held, whether it still bites; throws `FaultUnproved`. The `last`
   * look, before the heal, may cost more than the cheap one of every second.
   */
  stillBites(look?: 'cheap' | 'last'): Promise<void>;
  heal(): Promise<void>;
  /** Shows that everything is as it was before; throws when it is not (`NotAsBefore` if it is off). */
  proveHealed(): Promise<string[]>;
}

/** The exact commands, as a person at the engine's host would type them. */
export interface FaultCommands {
  /** What injecting runs; shown by a dry run. */
  readonly inject: readonly string[];
  /** What takes it off, or repairs it, by hand. */
  readonly heal: readonly string[];
}

/** The fault was injected but is not seen to bite (any more): the run cannot tell anything. */
export class FaultUnproved extends Error {
  override readonly name = 'FaultUnproved';
}

/** The fault is off, and yet something that it touched is not as it was before. */
export class NotAsBefore extends Error {
  override readonly name = 'NotAsBefore';
}
