import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * A watch gets events of the keys it asked for, from the revision it asked for on, and no others.
 */
export const watchFilter = (): Assertion =>
  checked('watch.filter', 'A watch gets the keys and revisions it asked for, and no others');
