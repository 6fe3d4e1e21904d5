import type { Assertion } from './assertions/assertion.ts';
import type { ClusterSpecInput } from './cluster/spec.ts';
import type { LoadSpecInput } from './load/spec.ts';
import type { ParameterTable, ParameterValues } from './parameters.ts';
import type { Stage } from './runner/stage.ts';

/** Dimensions a drill is documented to run on; the first value of each is the default. */
export interface Matrix {
  readonly members?: readonly number[];
}

/** Values as for `--set`, by name. */
export type Settings<P extends ParameterTable> = { readonly [K in keyof P]?: string };

export interface Control<P extends ParameterTable> {
  readonly set: Settings<P>;
  /**
   * Assertions that show the effect, of which at least one must be violated; `timeline` where an event
   * that must come does not.
   */
  readonly violates: readonly string[];
  /** Assertions that may be violated as well, and show nothing of it by themselves. */
  readonly alongside?: readonly string[];
  /** Why it must fail. */
  readonly because: string;
}

/** Written down once, or made from the parameters of the run. */
export type FromParameters<T, P extends ParameterTable> =
  T | ((parameters: ParameterValues<P>) => T);

/** The half of a drill that can be listed without running anything. */
export interface Definition<P extends ParameterTable> {
  /** One sentence: what is broken, and what must hold all the same. */
  readonly summary: string;
  /** What somebody who ran it knows afterwards: a few sentences for the table of drills. */
  readonly teaches?: string;
  readonly parameters?: P;
  /** Settings with which it still shows what it is about, in 20 s or less where that can be. */
  readonly short?: Settings<P>;
  /** The drill with one parameter changed, so that it must end violated: what shows that it can. */
  readonly control?: Control<P>;
  readonly matrix?: Matrix;
  /**
   * What the drill asks of its cluster. Its size comes from the command or the matrix; versions it
   * names in `etcd` (one per member) serve where the command names none.
   */
  readonly cluster?: FromParameters<Omit<ClusterSpecInput, 'members'>, P>;
  /**
   * Versions (`3.6.16`) that the timeline changes members to, beside those they start with: made sure
   * of before the run begins, and lent by `stage.image`. A drill that has some names those it starts
   * with in `cluster`, too, and `--etcd` does not apply to it.
   */
  readonly images?: FromParameters<readonly string[], P>;
  readonly load?: FromParameters<LoadSpecInput, P>;
  readonly assertions: FromParameters<readonly Assertion[], P>;
}

/** The timeline: what happens, in order. Faults live in `await using`, so they end with their scope. */
export type Timeline<P extends ParameterTable> = (
  stage: Stage & { readonly parameters: ParameterValues<P> },
) => Promise<void>;

export interface Scenario {
  readonly kind: 'drill-scenario';
  readonly definition: Definition<ParameterTable>;
  readonly timeline: Timeline<ParameterTable>;
}

/** Defines a drill; a scenario file's default export. */
export function scenario<const P extends ParameterTable = ParameterTable>(
  definition: Definition<P>,
  timeline: Timeline<P>,
): Scenario {
  // The table and the values read by it belong together; the runner only ever pairs them so.
  return { kind: 'drill-scenario', definition, timeline } as unknown as Scenario;
}
