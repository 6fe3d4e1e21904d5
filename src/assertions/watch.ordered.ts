import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * etcd's guarantee *ordered*: events of a watch come in the order of their revisions.
 */
export const watchOrdered = (): Assertion =>
  checked('watch.ordered', 'Watch events come in the order of their revisions');
