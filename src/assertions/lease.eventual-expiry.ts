import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * Advisory, it is liveness: a lease that nobody keeps alive expires in the end.
 */
export const leaseEventualExpiry = (): Assertion =>
  checked('lease.eventual-expiry', 'A lease that is not kept alive expires');
