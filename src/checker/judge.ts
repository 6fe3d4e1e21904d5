import { OutOfBudget, type Budget } from './budget.ts';
import { buildColumns } from './columns/build-columns.ts';
import type { Columns } from './columns/columns.ts';
import type { JudgeInput } from './input.ts';
import { allUnknown, judgeColumns } from './judge-columns.ts';
import type { PropertyResult } from './result.ts';

/**
 * Judges one epoch of a history by every property. Pure: same input, same results, as long as the
 * budget suffices; past the budget a property is `unknown` with the reason. Throws only on bugs.
 */
export function judgeHistory(input: JudgeInput, budget: Budget): PropertyResult[] {
  let columns: Columns;
  try {
    columns = buildColumns(input, budget);
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return allUnknown(error.message);
  }
  return judgeColumns(columns, budget, input);
}
