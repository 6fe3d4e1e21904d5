import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * etcd's guarantee *resumable*: a watch resumed after the last event it saw misses nothing, unless it is
 * told that its start was compacted.
 */
export const watchResumable = (): Assertion =>
  checked(
    'watch.resumable',
    'A watch from a revision gets everything since, or is told that it was compacted',
  );
