import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * An event is a creation exactly where the key did not exist just before.
 */
export const watchIsCreate = (): Assertion =>
  checked('watch.is-create', 'An event says create exactly where the key did not exist');
