import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * Some order of all operations fits real time and etcd's state machine with its revisions: no stale
 * read, no lost update, no write seen before it was made or after it had failed.
 */
export const kvLinearizable = (): Assertion =>
  checked(
    'kv.linearizable',
    'Every operation took effect at one moment between its call and its answer',
  );
