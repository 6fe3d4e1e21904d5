import type { Model, SearchOperation } from '../../../src/checker/search/model.ts';

/** Tries every order of one object's operations; unknown ones anywhere, or not at all. */
export function hasOrder<Call>(
  operations: readonly SearchOperation<Call>[],
  build: (calls: readonly Call[]) => Model,
): boolean {
  const model = build(operations.map(({ call }) => call));
  const search = (state: number, placed: ReadonlySet<number>): boolean => {
    const left = [...operations.keys()].filter((op) => !placed.has(op));
    const completed = left.filter((op) => operations[op]!.returned !== Infinity);
    if (completed.length === 0) return true;
    const firstReturn = Math.min(...completed.map((op) => operations[op]!.returned));
    return left
      .filter((op) => operations[op]!.invoked <= firstReturn)
      .some((op) => {
        const next = model.step(state, op);
        return next !== -1 && search(next, new Set([...placed, op]));
      });
  };
  return search(model.initial, new Set());
}
