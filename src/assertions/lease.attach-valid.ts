import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * A key is attached only to a lease that was granted and has neither expired nor been revoked.
 */
export const leaseAttachValid = (): Assertion =>
  checked('lease.attach-valid', 'Keys are attached to leases that live');
