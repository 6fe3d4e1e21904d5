import type { Manifest } from '../backup/manifest.ts';
import type { Alarm } from '../etcd/admin-answers.ts';
import type { SnapshotSummary } from '../snapshot/open-snapshot.ts';
import type { Comparison } from './compare-keyspace.ts';

/** A part of the way, in milliseconds since the rehearsal began. */
export interface MeasuredPhase {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What could be found out, or why it could not. */
export type Found<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface RestoredMember {
  readonly name: string;
  readonly dbSizeBytes: Found<number>;
  /** HashKV at the snapshot's revision. */
  readonly hash: Found<number>;
  /** Why it does not count as healthy. */
  readonly unhealthy?: string;
}

/** What was seen of the restored cluster. */
export interface Restored {
  readonly members: readonly RestoredMember[];
  readonly write:
    | { readonly kind: 'acknowledged'; readonly revision: number }
    | { readonly kind: 'refused'; readonly reason: string };
  readonly alarms: Found<readonly Alarm[]>;
  readonly comparison: Found<Comparison>;
  /** Keys served at the end, the one that was written for a test among them. */
  readonly keysAtEnd: Found<number>;
}

/** How a single member of another version did with the file. */
export type NextMinor =
  | { readonly kind: 'started'; readonly version: string; readonly keys: Found<number> }
  /** It ended by itself, or its tool refused the file. */
  | { readonly kind: 'failed'; readonly version: string; readonly reason: string }
  /** It did not come so far, for a reason that is no news about the file. */
  | { readonly kind: 'unknown'; readonly version: string; readonly reason: string }
  | { readonly kind: 'not-tried'; readonly reason: string };

/** Why there is no restored cluster. */
export interface NotRestored {
  readonly phase: string;
  readonly reason: string;
  /** Whether the file, or the etcd that was to take it, is at fault. */
  readonly isItsFault: boolean;
}

/** What a live cluster answered about the file's revision. */
export interface Live {
  readonly endpoint: string;
  readonly clusterId: string;
  /** Keys at that revision. */
  readonly keys: number;
  /** Its newest one. */
  readonly revision: number;
}

/** All that a rehearsal found out: what is judged. Parts are absent where it did not come so far. */
export interface Facts {
  readonly snapshot: SnapshotSummary;
  readonly manifest?: Manifest;
  /** What the backend of a member may take, and whose word that is. */
  readonly quota: { readonly bytes: number; readonly isAsked: boolean };
  readonly phases: readonly MeasuredPhase[];
  readonly notRestored?: NotRestored;
  readonly restored?: Restored;
  readonly nextMinor?: NextMinor;
  /** Absent where no live cluster was named. */
  readonly live?: Found<Live>;
}
