import type { Budget } from '../../../src/checker/budget.ts';

const now = () => performance.now();

/** As much as any test needs. */
export function ample(durationMs = 60_000): Budget {
  return { now, deadlineMs: now() + durationMs, memoryBytes: 2 ** 31 };
}
