import type { Operation } from '../../history/operation.ts';
import type { RecordedRun } from '../../journal/recorded-run.ts';
import type { CutWindow } from './cluster.ts';

/** An operation that a member without any possible leader was asked while it was cut off. */
export interface IsolatedOperation {
  readonly operation: Operation;
  /** Position in the history. */
  readonly position: number;
  readonly cut: CutWindow;
  /** How it ended before the cut did; `pending` if the answer, or none, came after. */
  readonly ending: 'ok' | 'refused' | 'pending';
}

/**
 * What members that are isolated by a proven cut were asked during it: operations invoked after
 * `fault.injected` and before its end. From `fault.injected` on every link is severed, so whatever
 * such an operation needs of a majority could not have been had. An operation invoked earlier, or
 * answered after healing began, may have been confirmed over a whole link and is left out or
 * `pending`. What was never sent is not there.
 */
export function* isolatedOperations(
  run: RecordedRun,
  cuts: readonly CutWindow[],
): Generator<IsolatedOperation> {
  const isolating = cuts.filter(
    ({ effect, doubts }) => effect.isolated.length > 0 && doubts.length === 0,
  );
  if (isolating.length === 0) return;
  let position = -1;
  for (const operation of run.history.operations()) {
    position += 1;
    if (operation.outcome.status === 'never-sent') continue;
    const cut = isolating.find(
      ({ injectedMs, endsMs, effect }) =>
        operation.invokedMs >= injectedMs &&
        operation.invokedMs < endsMs &&
        effect.isolated.includes(operation.member),
    );
    if (cut === undefined) continue;
    yield { operation, position, cut, ending: endingOf(operation, cut) };
  }
}

function endingOf(operation: Operation, cut: CutWindow): IsolatedOperation['ending'] {
  if (operation.returnedMs >= cut.endsMs) return 'pending';
  return operation.outcome.status === 'ok' ? 'ok' : 'refused';
}

/** Every member isolated by a cut, once. */
export function isolatedMembers(cuts: readonly CutWindow[]): string[] {
  return [...new Set(cuts.flatMap(({ effect }) => effect.isolated))].toSorted();
}
