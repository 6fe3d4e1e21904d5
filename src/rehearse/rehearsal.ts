import type { Manifest } from '../backup/manifest.ts';
import type { Outcome } from '../runner/outcome.ts';
import type { SnapshotSummary } from '../snapshot/open-snapshot.ts';
import type { PrefixCount } from '../snapshot/prefixes.ts';
import type { Verdict } from '../verdict.ts';
import type { MeasuredPhase } from './facts.ts';

/**
 * What came out of a rehearsal: the content of its `run.json`, and all that its reports show. Times
 * are milliseconds since it began. No value of the keyspace is in it, unless `--show-values` asked.
 */
export interface Rehearsal extends Outcome {
  readonly schema: 1;
  readonly kind: 'rehearsal';
  readonly run: string;
  readonly startedAt: string;
  /** What does the same again. */
  readonly command: string;
  readonly durationMs: number;
  readonly versions: {
    readonly drill: string;
    readonly etcd: string;
    readonly etcdSource: string;
    readonly engine: string;
    readonly kernel: string;
  };
  readonly members: number;
  readonly snapshot: Omit<SnapshotSummary, 'prefixes'>;
  readonly manifest: Manifest | null;
  /** All parts, those that are no recovery as well. */
  readonly phases: readonly MeasuredPhase[];
  /** null where full health was not reached. */
  readonly rtoMs: number | null;
  readonly prefixes: readonly ComparedPrefix[];
  readonly verdicts: readonly Verdict[];
  readonly warnings: readonly string[];
  /** Of drill itself, up to the end of the comparison. */
  readonly peakMemoryBytes: number;
}

/** Keys below a prefix: in the file, and served. `null`: all prefixes without a row of their own. */
export interface ComparedPrefix extends Omit<PrefixCount, 'prefix'> {
  readonly prefix: string | null;
  readonly served: { readonly keys: number; readonly bytes: number } | null;
}
