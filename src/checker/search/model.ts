/**
 * What the general search knows of a system: states as small integers, interned by the model, and
 * which operation leads where. Operations are numbers too, the model's own.
 */
export interface Model {
  readonly initial: number;
  /** The state after the operation, or -1 where its result does not fit the state. */
  step(state: number, op: number): number;
  /** Per operation: the only state it can be placed on, or `anything` where there are several. */
  readonly needs: Int32Array;
  /** Per operation: the only state it can lead to, `anything`, or `nothing` where it never changes one. */
  readonly produces: Int32Array;
}

export const nothing = -2;
export const anything = -1;

/** An operation of a history without revisions, for one independent object (`key`). */
export interface SearchOperation<Call> {
  readonly client: number;
  /** Operations on different keys do not touch each other and are searched apart. */
  readonly key: string;
  /** Any clock; closed intervals: an invocation at the instant of a return is concurrent with it. */
  readonly invoked: number;
  /** Infinity where the outcome is unknown: it may happen at any time, or never. */
  readonly returned: number;
  readonly call: Call;
}
