import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * etcd's guarantee *reliable*: a watch that got an event of a revision got every earlier one too.
 */
export const watchReliable = (): Assertion =>
  checked('watch.reliable', 'No watch event is missing');
