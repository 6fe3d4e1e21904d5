import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * No lease expires before its last acknowledged keep-alive was sent plus the TTL that was granted.
 */
export const leaseNoEarlyExpiry = (): Assertion =>
  checked('lease.no-early-expiry', 'No lease expired before its time');
