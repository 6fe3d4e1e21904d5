import { OutOfBudget, spendTime, type Budget } from '../budget.ts';
import type { Partition } from './partition.ts';
import { startSearch, type Search } from './search-state.ts';
import { advance } from './search.ts';

export type SearchVerdict =
  | { readonly state: 'legal' }
  | { readonly state: 'illegal'; readonly partition: number; readonly search: Search }
  | { readonly state: 'unknown'; readonly reason: string };

/** Steps given to each partition in the first round; doubled every round. */
const firstSteps = 2_000;

/**
 * Searches all partitions in turns, with doubling budgets, and stops at the first that is illegal: a
 * short proof in one is not held up by a hard search in another.
 */
export function judgePartitions(partitions: readonly Partition[], budget: Budget): SearchVerdict {
  const limitBytes = budget.memoryBytes / Math.max(1, Math.min(partitions.length, 8));
  const open = new Map<number, Search>();
  const waiting = [...partitions.keys()];
  try {
    for (let steps = firstSteps; waiting.length > 0; steps *= 2) {
      for (const index of waiting.splice(0)) {
        const search = open.get(index) ?? startSearch(partitions[index]!, limitBytes);
        const found = goOn(search, steps, budget);
        if (found === 'illegal') return { state: 'illegal', partition: index, search };
        if (found === 'legal') {
          open.delete(index);
          continue;
        }
        open.set(index, search);
        waiting.push(index);
      }
    }
    return { state: 'legal' };
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return { state: 'unknown', reason: error.message };
  }
}

function goOn(search: Search, steps: number, budget: Budget): 'legal' | 'illegal' | 'more' {
  for (let left = steps; left > 0; left -= firstSteps) {
    spendTime(budget, 'searching an order');
    const found = advance(search, Math.min(left, firstSteps));
    if (found !== 'more') return found;
  }
  return 'more';
}
