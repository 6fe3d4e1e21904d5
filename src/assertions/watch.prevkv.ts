import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * A previous value in an event is the key's value just before it; it may be absent once compacted.
 */
export const watchPrevkv = (): Assertion =>
  checked('watch.prevkv', 'Previous values in watch events are those of the state before');
