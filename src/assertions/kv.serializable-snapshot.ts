import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * A serializable or past-revision read equals the keyspace at its revision, and never shows the future.
 */
export const kvSerializableSnapshot = (): Assertion =>
  checked(
    'kv.serializable-snapshot',
    'Serializable and past-revision reads show the state of their revision',
  );
