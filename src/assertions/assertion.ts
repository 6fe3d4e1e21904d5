import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict } from '../verdict.ts';

/**
 * A promise a cluster is held to, judged from what a run recorded and from nothing else: `judge` is
 * pure, so a saved run judged again gives the same verdict.
 */
export interface Assertion {
  /** The file name in `src/assertions`, as on the command line. */
  readonly name: string;
  /** What it was made with, durations in milliseconds; stored with a run so that it can be made again. */
  readonly options: JsonObject;
  readonly judge: (run: RecordedRun) => Verdict;
}

export interface JsonObject {
  readonly [name: string]: JsonValue;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
