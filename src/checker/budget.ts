/**
 * What a judgement may cost. The clock is injected, so the checker itself stays pure; past either
 * bound a property ends `unknown` with the reason, never as a pass.
 */
export interface Budget {
  /** Milliseconds on any monotonic clock. */
  readonly now: () => number;
  /** On the same clock: when to stop. */
  readonly deadlineMs: number;
  /** For the columns, indexes and search arenas together. */
  readonly memoryBytes: number;
}

/** Thrown inside the checker only; every property turns it into `unknown` with this message. */
export class OutOfBudget extends Error {}

export function spendTime(budget: Budget, doing: string): void {
  if (budget.now() >= budget.deadlineMs) throw new OutOfBudget(`the time ran out while ${doing}`);
}

export function spendMemory(budget: Budget, sizeBytes: number, doing: string): void {
  if (sizeBytes <= budget.memoryBytes) return;
  throw new OutOfBudget(
    `${doing} needs ${megabytes(sizeBytes)} MB of the ${megabytes(budget.memoryBytes)} MB allowed`,
  );
}

/** A part of what is left, for a step that may fail without costing the rest. */
export function shareOf(budget: Budget, share: number): Budget {
  const nowMs = budget.now();
  return { ...budget, deadlineMs: nowMs + Math.max(0, budget.deadlineMs - nowMs) * share };
}

function megabytes(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 2 ** 20);
}
