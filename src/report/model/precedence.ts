import { acknowledgedWrite } from '../../history/acknowledged-write.ts';
import type { Operation } from '../../history/operation.ts';
import type { PlacedOperation } from './neighbours.ts';

/** Two operations that real time orders: the first had returned before the second was invoked. */
export interface Precedence {
  readonly before: number;
  readonly after: number;
  readonly gapMs: number;
  /** The revisions in their answers say the opposite. */
  readonly isViolated: boolean;
}

const most = 3;

/** The orders that the revisions contradict, the closest of each; where there is none, plain ones. */
export function precedencesOf(operations: readonly PlacedOperation[]): Precedence[] {
  const pairs = operations
    .flatMap((before) => operations.map((after) => precedence(before, after)))
    .filter((pair) => pair !== null)
    .toSorted((a, b) => a.gapMs - b.gapMs);
  const violated = pairs.filter((pair) => pair.isViolated);
  const told = violated.length > 0 ? violated : pairs;
  const closest = told.filter(
    (pair, index) => told.findIndex(({ after }) => after === pair.after) === index,
  );
  return closest.slice(0, most);
}

function precedence(before: PlacedOperation, after: PlacedOperation): Precedence | null {
  const gapMs = after.operation.invokedMs - before.operation.returnedMs;
  // Intervals are closed: what touches is concurrent. An unknown outcome has no end.
  if (gapMs <= 0 || before.operation.outcome.status === 'unknown') return null;
  const isViolated = contradicts(before.operation, after.operation);
  return { before: before.position, after: after.position, gapMs, isViolated };
}

function contradicts(before: Operation, after: Operation): boolean {
  if (before.outcome.status !== 'ok' || after.outcome.status !== 'ok') return false;
  const [earlier, later] = [before.outcome.result.revision, after.outcome.result.revision];
  return acknowledgedWrite(after) ? later <= earlier : later < earlier;
}
