import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * Metadata in answers is right: held where the data is linearizable with its revisions; violated where
 * only the metadata is wrong, so that a search without revisions still finds an order.
 */
export const kvRevisionIntegrity = (): Assertion =>
  checked(
    'kv.revision-integrity',
    'Revisions, versions and counts in answers are those of the state',
  );
