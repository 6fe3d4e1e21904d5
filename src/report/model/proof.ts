import type { Operation } from '../../history/operation.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

/** More operations than this prove nothing to a reader; the history has them all. */
const mostOperations = 400;

/** The operations that violations name, by their position in the history. */
export function proofOf(run: RecordedRun): ReadonlyMap<number, Operation> {
  const wanted = new Set(
    eventsOf(run, 'verdict')
      .flatMap(({ verdict }) => (verdict.status === 'violated' ? verdict.violations : []))
      .flatMap((violation) => violation.operations ?? [])
      .slice(0, mostOperations),
  );
  const found = new Map<number, Operation>();
  if (wanted.size === 0) return found;
  let position = 0;
  for (const operation of run.history.operations()) {
    if (wanted.has(position)) found.set(position, operation);
    if (found.size === wanted.size) break;
    position += 1;
  }
  return found;
}
