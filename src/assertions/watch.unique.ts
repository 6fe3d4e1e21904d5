import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * etcd's guarantee *unique*: an event never comes twice on one watch.
 */
export const watchUnique = (): Assertion => checked('watch.unique', 'No watch event comes twice');
