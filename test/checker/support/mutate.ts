import type { Operation, Result, TxnOpResult } from '../../../src/history/operation.ts';
import type { Generated } from './generate.ts';
import type { Random } from './random.ts';

/** Breaks a history a little, or not at all: the oracle says which. */
export function mutate(random: Random, history: Generated): Generated {
  const operations = [...history.operations];
  const watched = new Map(history.watched);
  const at = random.below(operations.length);
  const operation = operations[at]!;
  switch (random.below(8)) {
    case 0:
      break;
    case 1:
      operations[at] = withResult(operation, (result) => ({
        ...result,
        revision: Math.max(1, result.revision + random.pick([-2, -1, 1, 2])),
      }));
      break;
    case 2:
      operations[at] = withResult(operation, (result) => alterContents(random, result));
      break;
    case 3:
      operations[at] = shifted(operation, random.pick([-9, -5, -3, 3, 5, 9]));
      break;
    case 4:
      swapResults(operations, at, random.below(operations.length));
      break;
    case 5: {
      const error = { code: 14, message: 'etcdserver: no leader' };
      operations[at] = { ...operation, outcome: { status: 'failed', error } };
      break;
    }
    case 6: {
      const revision = random.pick([...watched.keys(), 2]);
      watched.delete(revision);
      break;
    }
    default: {
      const later = operations.filter(({ outcome }) => outcome.status === 'ok');
      if (later.length > 0) operations.splice(operations.indexOf(random.pick(later)), 1);
    }
  }
  operations.sort((a, b) => a.returnedMs - b.returnedMs);
  return { operations, watched };
}

function withResult(operation: Operation, change: (result: Result) => Result): Operation {
  const { outcome } = operation;
  if (outcome.status !== 'ok') return operation;
  const result = withNestedRevision(change(outcome.result));
  return { ...operation, outcome: { status: 'ok', result } };
}

/** Results inside a transaction carry its revision, as the model writes them. */
function withNestedRevision(result: Result): Result {
  if (result.kind !== 'txn') return result;
  const { revision } = result;
  return { ...result, results: result.results.map((each) => ({ ...each, revision })) };
}

function alterContents(random: Random, result: Result): Result {
  switch (result.kind) {
    case 'txn': {
      if (random.chance(0.5)) return { ...result, succeeded: !result.succeeded };
      const results = result.results.map((each) => alterContents(random, each) as TxnOpResult);
      return { ...result, results };
    }
    case 'delete':
      return { ...result, deleted: Math.max(0, result.deleted + random.pick([-1, 1])) };
    case 'range':
      return alterRange(random, result);
    default:
      return result;
  }
}

function alterRange(random: Random, result: Extract<Result, { kind: 'range' }>): Result {
  const [kv, ...rest] = result.kvs;
  if (kv === undefined) return { ...result, count: result.count + 1 };
  switch (random.below(4)) {
    case 0:
      return { ...result, kvs: rest, count: result.count - 1 };
    case 1:
      return { ...result, kvs: [{ ...kv, value: `v${random.below(8)}` }, ...rest] };
    case 2:
      return { ...result, kvs: [{ ...kv, version: kv.version + 1 }, ...rest] };
    default:
      return { ...result, kvs: [{ ...kv, modRevision: kv.modRevision + 1 }, ...rest] };
  }
}

function shifted(operation: Operation, byMs: number): Operation {
  const invokedMs = operation.invokedMs + byMs;
  return { ...operation, invokedMs, returnedMs: operation.returnedMs + byMs };
}

function swapResults(operations: Operation[], a: number, b: number): void {
  const left = operations[a]!;
  const right = operations[b]!;
  if (left.request.kind !== right.request.kind) return;
  operations[a] = { ...left, outcome: right.outcome };
  operations[b] = { ...right, outcome: left.outcome };
}
