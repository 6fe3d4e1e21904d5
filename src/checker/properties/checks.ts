import type { MemberRestart } from '../input.ts';
import type { Judgement } from '../judgement.ts';
import type { PropertyName } from '../result.ts';
import type { ByRevision } from '../revision/by-revision.ts';
import { lookAtCompaction } from './compaction.ts';
import { lookAtLeases } from './lease/leases.ts';
import { lookAtLinearizability } from './linearizable.ts';
import { lookAtRevisionIntegrity } from './revision-integrity.ts';
import { lookAtMonotonicity, lookAtSnapshots } from './serializable.ts';
import { lookAtWatchAheadOfRead } from './watch/ahead-of-read.ts';
import { lookAtWatches } from './watch/watches.ts';

/** What a property is judged from, once the revisions are replayed. */
export interface Known {
  readonly judgement: Judgement;
  readonly byRevision: ByRevision;
  readonly restarts: readonly MemberRestart[];
  /** How far the keyspace may have been compacted; below, previous values may be gone. */
  readonly compactedTo: number;
}

/** What was looked at; findings go to `judgement.findings`. */
export interface Look {
  readonly counts: Readonly<Record<string, number>>;
  /** Why nothing in this history could have broken the promise. */
  readonly notExercised?: string;
  /** Why no finding does not mean that there is none. */
  readonly unknown?: string;
}

/** One check may judge several properties that share a pass. */
export type Check = (known: Known) => Partial<Record<PropertyName, Look>>;

export const checks: readonly Check[] = [
  lookAtLinearizability,
  lookAtSnapshots,
  lookAtMonotonicity,
  lookAtWatches,
  lookAtWatchAheadOfRead,
  lookAtLeases,
  lookAtCompaction,
  lookAtRevisionIntegrity,
];
