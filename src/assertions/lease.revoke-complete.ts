import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * After an acknowledged revoke no key that was attached to the lease is left.
 */
export const leaseRevokeComplete = (): Assertion =>
  checked('lease.revoke-complete', 'A revoked lease takes all its keys with it');
