import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * etcd's guarantee *bookmarkable*: after a progress notification no event of its revision or an earlier
 * one follows.
 */
export const watchBookmarkable = (): Assertion =>
  checked(
    'watch.bookmarkable',
    'A progress notification comes after every event up to its revision',
  );
