import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * Serializable reads through one incarnation of a member never go back to an older revision.
 */
export const kvSerializableMonotonic = (): Assertion =>
  checked('kv.serializable-monotonic', 'Serializable reads through one member never go back');
