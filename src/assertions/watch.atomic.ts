import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * etcd's guarantee *atomic*: a response holds all events of a revision that it holds one of.
 */
export const watchAtomic = (): Assertion =>
  checked('watch.atomic', 'Watch events of one revision come together');
