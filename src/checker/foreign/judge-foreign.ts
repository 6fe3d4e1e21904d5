import type { Budget } from '../budget.ts';
import { explainSearch, judgeSearch, type ObjectKind } from '../search/judge-search.ts';
import { keyValue } from '../search/key-value.ts';
import type { SearchOperation } from '../search/model.ts';
import { register } from '../search/register.ts';
import { parseJepsenKv } from './jepsen-kv.ts';
import { parseJepsenRegister } from './jepsen-register.ts';

/** Histories of other tools, by the names that `drill check --format` takes. */
export const foreignFormats = ['jepsen-register', 'jepsen-kv'] as const;
export type ForeignFormat = (typeof foreignFormats)[number];

/**
 * Whether some order of the operations fits real time and the object; `proof` tells the fewest
 * operations that show that none does.
 */
export type ForeignResult = { readonly operations: number } & (
  | { readonly state: 'legal' }
  | { readonly state: 'illegal'; readonly proof: string }
  | { readonly state: 'unknown'; readonly reason: string }
);

/** Judges the text of a history without revisions. */
export function judgeForeign(format: ForeignFormat, text: string, budget: Budget): ForeignResult {
  return format === 'jepsen-kv'
    ? search(parseJepsenKv(text), keyValue, budget)
    : search(parseJepsenRegister(text), register, budget);
}

function search<Call>(
  operations: readonly SearchOperation<Call>[],
  kind: ObjectKind<Call>,
  budget: Budget,
): ForeignResult {
  const result = judgeSearch(operations, kind, budget);
  const looked = { operations: operations.length };
  if (result.state !== 'illegal') return { ...looked, ...result };
  return { ...looked, state: 'illegal', proof: explainSearch(operations, result.operations, kind) };
}
