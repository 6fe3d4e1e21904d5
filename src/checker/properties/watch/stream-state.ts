import type { Stream } from '../../columns/columns.ts';
import type { Known } from '../checks.ts';

/** One watch while its records are gone through. */
export interface StreamPass {
  readonly known: Known;
  readonly index: number;
  readonly stream: Stream;
  /** Per log entry: 1 + the watch it was last delivered on. */
  readonly deliveredOn: Int32Array;
  /** Delivered events the log does not know, as `revision/key`. */
  readonly strangers: Set<string>;
  /** The highest revision delivered so far, -Infinity before any, and the first one, Infinity. */
  highest: number;
  first: number;
  /** The record that delivered it, and whether it said that more follows. */
  lastRecord: number;
  lastWasFragment: boolean;
  /** The highest revision a progress notification claimed, -Infinity before any. */
  bookmark: number;
}

/** Who wrote a revision, for a finding's operations. */
export function ownerOf({ judgement, byRevision }: Known, revision: number): number {
  const owner = judgement.slot[revision] ?? -1;
  return owner === -1 ? (byRevision.causes.get(revision) ?? -1) : owner;
}

export function streamName({ known, stream }: StreamPass): string {
  return `watch ${stream.name} at ${known.judgement.columns.members[stream.member]}`;
}
