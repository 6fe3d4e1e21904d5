import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { DrillError } from '../errors.ts';
import type { ParameterTable, ParameterValues } from '../parameters.ts';
import type { Fault, Undo } from './fault.ts';

export type FaultFamily = 'network' | 'disk' | 'process' | 'resources' | 'time';

/**
 * A fault as `drill fault inject` and the tests of every fault see it: by name, with parameters as
 * text. Scenarios call the fault's own function.
 */
export interface FaultKind<P extends ParameterTable = ParameterTable> {
  /** The file's name in `src/faults/<family>`. */
  readonly name: string;
  readonly family: FaultFamily;
  /** One sentence. */
  readonly summary: string;
  readonly undo: Undo;
  /** Least capabilities and what kernel and engine must have: `NET_ADMIN in the sidecar`. */
  readonly needs: string;
  readonly parameters: P;
  /** Refuses (throws `DrillError`) what cannot be on these members, before anything is touched. */
  build(on: FaultPlace, parameters: ParameterValues<P>): Fault | Promise<Fault>;
}

/** Where a fault is injected, settled from `--target` and `--towards`. */
export interface FaultPlace {
  readonly cluster: Cluster;
  readonly targets: readonly Member[];
  /** The chosen peers of a network fault: every other member unless named. */
  readonly towards: readonly Member[];
}

/** Declares a fault's kind; for its parameters' types. */
export function faultKind<const P extends ParameterTable>(kind: FaultKind<P>): FaultKind {
  return kind;
}

/** The one member that a fault on a single member is injected at; more, or none, is refused. */
export function onlyOne(fault: string, targets: readonly Member[]): Member {
  const [target, ...more] = targets;
  if (target && more.length === 0) return target;
  throw new DrillError(
    `${fault} is injected at one member at a time, but got ${targets.map(({ name }) => name).join(', ') || 'none'}.`,
  );
}
