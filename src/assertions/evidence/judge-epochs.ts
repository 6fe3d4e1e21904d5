import type { Budget } from '../../checker/budget.ts';
import type { InitialState, JudgeOptions } from '../../checker/input.ts';
import { judgeHistory } from '../../checker/judge.ts';
import { allUnknown } from '../../checker/judge-columns.ts';
import { mergeEpochs } from '../../checker/merge-epochs.ts';
import type { PropertyResult } from '../../checker/result.ts';
import { epochTitle, firstRevision } from '../../history/epoch.ts';
import { epochsOf, type Epoch } from '../../history/epochs-of.ts';
import type { History } from '../../history/history.ts';

/**
 * Judges each epoch of a history whole, one after the other, within one budget; `onEpoch` is told
 * the title of what is judged next.
 */
export function judgeEpochs(
  history: History,
  options: JudgeOptions,
  budget: Budget,
  onEpoch: (title: string) => void = () => undefined,
): PropertyResult[] {
  const epochs = epochsOf(history);
  const judged = epochs.map((epoch) => {
    const title = epochTitle(epoch.number, epoch.start);
    onEpoch(title);
    return { title, results: judgeEpoch(epoch, options, budget) };
  });
  const [only] = judged;
  if (only !== undefined && epochs.length === 1) return [...only.results];
  return mergeEpochs(
    judged.map(({ title, results }, index) => ({ title, results: placed(results, epochs[index]) })),
  );
}

function judgeEpoch(epoch: Epoch, options: JudgeOptions, budget: Budget): PropertyResult[] {
  const { start } = epoch;
  if (start?.unknownBecause !== undefined) {
    return allUnknown(`the state it began with is not known: ${start.unknownBecause}`);
  }
  const initial: InitialState | undefined =
    start === undefined ? undefined : { revision: firstRevision(start), kvs: start.state() };
  return judgeHistory(
    {
      operations: epoch.operations(),
      watchRecords: epoch.watchRecords(),
      ...options,
      ...(initial === undefined ? {} : { initial }),
    },
    budget,
  );
}

/** With each finding's operations named by their place in the whole history. */
function placed(
  results: readonly PropertyResult[],
  epoch: Epoch | undefined,
): readonly PropertyResult[] {
  if (epoch === undefined || results.every(({ state }) => state !== 'illegal')) return results;
  const positions = Int32Array.from(epoch.positions());
  const place = <T extends { readonly operations: readonly number[] }>(finding: T): T => ({
    ...finding,
    operations: finding.operations.map((row) => positions[row] ?? row),
  });
  return results.map((result) =>
    result.state === 'illegal'
      ? { ...result, first: place(result.first), findings: result.findings.map(place) }
      : result,
  );
}
