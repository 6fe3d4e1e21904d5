import type { Assertion } from './assertion.ts';
import { checked } from './evidence/checked.ts';

/**
 * A revision below an acknowledged compaction is never served again.
 */
export const compactionMonotone = (): Assertion =>
  checked('compaction.monotone', 'What was compacted stays compacted');
