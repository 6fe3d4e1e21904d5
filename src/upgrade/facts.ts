/** What a pre-flight is told of a cluster whose members are to run another version. */
export interface ClusterFacts {
  /** As members tell it, `3.6.0`: it follows the oldest member within seconds. */
  readonly clusterVersion: string;
  /** The version that a downgrade is enabled to, `3.6.0`; absent where none is under way. */
  readonly downgradesTo?: string;
  /**
   * Raft index up to which members below 3.6 may have written: what 3.7 cannot read lies there. 0
   * where the cluster began with 3.6 or later.
   */
  readonly oldEntriesUpTo: number | 'unknown';
  readonly members: readonly MemberFacts[];
}

export interface MemberFacts {
  readonly name: string;
  /** Absent where it does not answer. */
  readonly id?: string;
  /** Empty where it does not answer. */
  readonly version: string;
  /** What its database is written for, `3.6.0`; from 3.6 on. */
  readonly storageVersion?: string;
  /** Why it is not healthy, where it is not. */
  readonly unwell?: string;
  readonly isLearner: boolean;
  /** Whether it was promoted from a learner: the member list shows it as any other. */
  readonly wasLearner: boolean | 'unknown';
  readonly alarms: readonly string[];
  readonly dbSizeBytes: number;
  readonly quotaBytes?: number;
  /** Raft index of its newest snapshot on disk, from which its log is replayed; 0 without one. */
  readonly snapshotIndex: number | 'unknown';
  /** The flags it is started with, where they are known. */
  readonly flags?: readonly string[];
}

/** Why an upgrade would not be safe, and what to do before it. */
export interface Refusal {
  /** Name of the rule: its file in `src/upgrade/rules`. */
  readonly rule: string;
  /** A sentence with what was found. */
  readonly why: string;
  /** A sentence that says what to do first. */
  readonly first: string;
}

/** One way in which changing the version of a cluster goes wrong. */
export type Rule = (facts: ClusterFacts, to: string) => readonly Refusal[];
