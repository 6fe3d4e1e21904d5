import type { History } from '../../history/history.ts';
import type { RecordedRun } from '../../journal/recorded-run.ts';
import type { Verdict, Violation } from '../../verdict.ts';
import { type Neighbours, neighboursOf, type PlacedOperation } from './neighbours.ts';
import type { RunOutcome } from './outcome.ts';
import type { Step } from './steps.ts';

/** What a report draws of one violation. */
export interface Proof {
  /** Anchor in the report: `proof-1-2` is the second violation of the first violated verdict. */
  readonly id: string;
  /** The promise that was broken. */
  readonly title: string;
  readonly violation: Violation;
  /** Those of its operations that are shown and in the history, in order of their invocations. */
  readonly operations: readonly PlacedOperation[];
  /** Named by the violation, but not shown. */
  readonly cutOperations: number;
  readonly neighbours: Neighbours;
}

/** Drawings of one verdict; its other violations are listed in words. */
const mostDrawn = 5;
/** More operations than this prove nothing to a reader; the history has them all. */
const mostOperations = 12;

/** One proof per violation, so that no check fails without one; an unmet expectation is one too. */
export function proofsOf(
  run: RecordedRun,
  verdicts: readonly Verdict[],
  steps: readonly Step[],
  outcome: RunOutcome,
): Proof[] {
  const violated = verdicts.filter((verdict) => verdict.status === 'violated');
  const claims = violated.flatMap(({ title, violations }, index) =>
    violations
      .slice(0, mostDrawn)
      .map((violation, nth) => ({ id: `proof-${index + 1}-${nth + 1}`, title, violation })),
  );
  const all = claims.length === 0 && outcome.kind === 'violated' ? unmet(steps, outcome) : claims;
  const operations = operationsAt(
    run.history,
    new Set(all.flatMap(({ violation }) => shownPositions(violation))),
  );
  const placed = all.map(({ violation }) => placedIn(operations, violation));
  const neighbours = neighboursOf(run.history, placed);
  return all.map((claim, index) => ({
    ...claim,
    operations: placed[index] ?? [],
    cutOperations: Math.max(0, (claim.violation.operations?.length ?? 0) - mostOperations),
    neighbours: neighbours[index] ?? { shown: [], cut: 0 },
  }));
}

type Claim = Pick<Proof, 'id' | 'title' | 'violation'>;

/** The drill itself waited for something that did not come within its bound. */
function unmet(steps: readonly Step[], { reasons }: RunOutcome): Claim[] {
  const step = steps.findLast(({ outcome }) => outcome === 'failed');
  const message = reasons[0] ?? step?.error ?? 'an expected event did not come';
  const moments =
    step === undefined ? [] : [{ t: step.endMs, text: `“${step.name}” gave up waiting` }];
  const title = 'What the drill waited for came in time';
  return [{ id: 'proof-1-1', title, violation: { message, moments } }];
}

function shownPositions({ operations = [] }: Violation): readonly number[] {
  return operations.slice(0, mostOperations);
}

function operationsAt(
  history: History,
  wanted: ReadonlySet<number>,
): ReadonlyMap<number, PlacedOperation> {
  const found = new Map<number, PlacedOperation>();
  if (wanted.size === 0) return found;
  let position = 0;
  for (const operation of history.operations()) {
    if (wanted.has(position)) found.set(position, { position, operation });
    if (found.size === wanted.size) break;
    position += 1;
  }
  return found;
}

function placedIn(
  found: ReadonlyMap<number, PlacedOperation>,
  violation: Violation,
): PlacedOperation[] {
  return shownPositions(violation)
    .map((position) => found.get(position))
    .filter((placed) => placed !== undefined)
    .toSorted((a, b) => a.operation.invokedMs - b.operation.invokedMs);
}
