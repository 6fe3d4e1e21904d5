import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * Advisory, it is liveness: a lease that nobody keeps alive expires in the end.
 */
export const leaseEventualExpiry = (): Assertion =>
  checked(
    'lease.eventual-expiry',
    'Leases that outlived their time (advice: etcd promises no moment)',
  );
