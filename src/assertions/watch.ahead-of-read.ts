import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * Advisory, etcd does not promise it: an event of a revision was seen, and a linearizable read that was
 * sent later answered from an older one.
 */
export const watchAheadOfRead = (): Assertion =>
  checked(
    'watch.ahead-of-read',
    'Watchers ahead of later linearizable reads (advice: etcd does not promise otherwise)',
  );
