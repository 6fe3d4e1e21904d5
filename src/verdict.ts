import { z } from 'zod';

/** A figure an assertion measured, with the bound it was held against where there is one. */
export const measurement = z.object({
  /** Stable name for comparing runs, e.g. `rto.cluster`. */
  name: z.string(),
  label: z.string(),
  value: z.number(),
  unit: z.enum(['ms', 'count', 'bytes', 'percent', 'per-second']),
  bound: z.number().optional(),
});
export type Measurement = z.infer<typeof measurement>;

/** Something seen at one moment of the run that no client's operation shows, e.g. an election. */
const violationMoment = z.object({
  /** Milliseconds since the run's start. */
  t: z.number(),
  /** Where it was seen; absent for the whole cluster. */
  member: z.string().optional(),
  /** What was seen, in a few words: `elected at term 3`. */
  text: z.string(),
});
export type ViolationMoment = z.infer<typeof violationMoment>;

/** One proof that a promise was broken, in words an engineer understands. */
export const violation = z.object({
  message: z.string(),
  /** Positions in the history of the operations that prove it, smallest set. */
  operations: z.array(z.number().int()).optional(),
  /** What proves it where operations do not, or beside them; reports draw it on the time axis. */
  moments: z.array(violationMoment).optional(),
});
export type Violation = z.infer<typeof violation>;

const judged = {
  /** File name of the assertion in `src/assertions`. */
  assertion: z.string(),
  title: z.string(),
  /** One sentence: what was found, with its figures. */
  summary: z.string(),
  /** What was looked at, e.g. `{ writes: 5120, unknown: 3 }`. */
  counts: z.record(z.string(), z.number()),
  measurements: z.array(measurement),
};

/**
 * What an assertion found. Unknown never reads as a pass: `inconclusive` means the run cannot tell,
 * `not-exercised` that nothing in the run could have broken the promise.
 */
export const verdict = z.discriminatedUnion('status', [
  z.object({ status: z.literal('held'), ...judged }),
  z.object({ status: z.literal('violated'), ...judged, violations: z.array(violation).min(1) }),
  z.object({ status: z.literal('inconclusive'), ...judged }),
  z.object({ status: z.literal('not-exercised'), ...judged }),
]);
export type Verdict = z.infer<typeof verdict>;
