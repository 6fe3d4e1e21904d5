import type {
  KeyValue,
  Operation,
  Request,
  Result,
  WatchEvent,
} from '../../../src/history/operation.ts';
import type { LinearizabilityKind } from '../../../src/checker/result.ts';
import type { Generated } from './generate.ts';
import { emptyState, step, type ModelState } from './model.ts';
import type { Random } from './random.ts';

/** Breaks a sound history in one way; undefined where this history offers no place for it. */
export type Injection = (random: Random, history: Generated) => Generated | undefined;

export const injections: Readonly<Record<LinearizabilityKind, Injection>> = {
  'stale-read': (random, history) => readOld(random, history, 'range'),
  'stale-txn': (random, history) => readOld(random, history, 'txn'),

  'future-read': (random, history) => {
    const read = pick(random, history, ({ request }) => request.kind === 'range');
    const later = read && writes(history).find((write) => write.invokedMs > read.returnedMs);
    if (read === undefined || later === undefined) return undefined;
    return replaceResult(history, read, resultAt(history, read, revisionOf(later)));
  },

  'write-reordered': (_, history) => {
    const puts = writes(history).filter(({ request }) => request.kind === 'put');
    for (const early of puts) {
      const late = puts.find((put) => put.invokedMs > early.returnedMs);
      if (late === undefined) continue;
      const swapped = replaceResult(history, early, withRevision(early, revisionOf(late)));
      return replaceResult(swapped, late, withRevision(late, revisionOf(early)));
    }
    return undefined;
  },

  'revision-collision': (random, history) => {
    const [first, second] = [random.pick(writes(history)), random.pick(writes(history))];
    if (first === undefined || second === undefined || first === second) return undefined;
    return replaceResult(history, first, withRevision(first, revisionOf(second)));
  },

  'revision-invalid': (random, history) => {
    const write = random.pick(writes(history));
    if (write === undefined) return undefined;
    return replaceResult(history, write, withRevision(write, random.pick([0, 1, 5_000])));
  },

  'lost-update': (_, history) => {
    const [key = 'a'] = finalState(history).kvs.keys();
    const compare = [{ key, target: 'mod', is: '=', value: 999 } as const];
    const put = { kind: 'put', key, value: 'late' } as const;
    const revision = lastRevision(history) + 1;
    const request: Request = { kind: 'txn', compare, success: [put], failure: [] };
    const results = [{ kind: 'put', revision } as const];
    const result: Result = { kind: 'txn', revision, succeeded: true, results };
    const { events } = step(finalState(history), put);
    return withWatched(append(history, request, result), revision, events);
  },

  'phantom-value': (random, history) =>
    alterKv(random, history, (kv) => ({ ...kv, value: 'nobody wrote this' })),

  'state-mismatch': (random, history) =>
    alterKv(random, history, (kv) => ({ ...kv, version: kv.version + 1 })),

  'failed-write-visible': (random, history) => {
    const put = pick(random, history, ({ request }) => request.kind === 'put');
    if (put === undefined) return undefined;
    const error = { code: 8, message: 'etcdserver: mvcc: database space exceeded' };
    return replace(history, put, { ...put, outcome: { status: 'failed', error } });
  },

  'double-apply': (random, history) => {
    const put = pick(random, history, ({ request }) => request.kind === 'put');
    if (put === undefined) return undefined;
    const again = step(finalState(history), put.request);
    return withWatched(history, again.state.revision, again.events);
  },

  'delete-without-cause': (_, history) => {
    const [key] = finalState(history).kvs.keys();
    if (key === undefined) return undefined;
    const gone = step(finalState(history), { kind: 'delete', key });
    return withWatched(history, gone.state.revision, gone.events);
  },
};

/** The control: a read that was under way together with a write still shows the value before it. */
export function readBeforeConcurrentWrite(
  random: Random,
  history: Generated,
): Generated | undefined {
  const write = random.pick(writes(history));
  if (write?.request.kind !== 'put') return undefined;
  const { key } = write.request;
  const before = step(stateAt(history, revisionOf(write) - 1), { kind: 'range', key });
  const earlier = history.operations.filter(
    (each) => each.returnedMs < write.returnedMs && revisionOf(each) >= revisionOf(write),
  );
  const invokedMs = Math.min(write.returnedMs, ...earlier.map(({ returnedMs }) => returnedMs));
  const read: Operation = {
    client: 99,
    member: 'm1',
    invokedMs,
    returnedMs: invokedMs + 500,
    request: { kind: 'range', key },
    outcome: { status: 'ok', result: before.result },
  };
  return { ...history, operations: [...history.operations, read] };
}

function readOld(random: Random, history: Generated, kind: 'range' | 'txn'): Generated | undefined {
  const read = pick(
    random,
    history,
    (each) => each.request.kind === kind && !isWrite(each) && floorOf(history, each) > 1,
  );
  if (read === undefined) return undefined;
  const result = resultAt(history, read, floorOf(history, read) - 1);
  const writesNow = step(stateAt(history, floorOf(history, read) - 1), read.request).events;
  return writesNow.length > 0 ? undefined : replaceResult(history, read, result);
}

function floorOf({ operations }: Generated, of: Operation): number {
  const before = operations.filter(({ returnedMs }) => returnedMs < of.invokedMs);
  return Math.max(1, ...before.map(revisionOf));
}

function alterKv(
  random: Random,
  history: Generated,
  change: (kv: KeyValue) => KeyValue,
): Generated | undefined {
  const read = pick(
    random,
    history,
    ({ outcome }) =>
      outcome.status === 'ok' && outcome.result.kind === 'range' && outcome.result.kvs.length > 0,
  );
  if (read?.outcome.status !== 'ok' || read.outcome.result.kind !== 'range') return undefined;
  const [first, ...rest] = read.outcome.result.kvs;
  return replaceResult(history, read, { ...read.outcome.result, kvs: [change(first!), ...rest] });
}

function stateAt(history: Generated, revision: number): ModelState {
  const kvs = new Map<string, KeyValue>();
  for (const at of [...history.watched.keys()].toSorted((a, b) => a - b)) {
    if (at > revision) break;
    for (const event of history.watched.get(at)!) {
      if (event.type === 'put') kvs.set(event.kv.key, event.kv);
      else kvs.delete(event.key);
    }
  }
  return { ...emptyState, revision, kvs };
}

function finalState(history: Generated): ModelState {
  return stateAt(history, lastRevision(history));
}

function lastRevision({ watched }: Generated): number {
  return Math.max(1, ...watched.keys());
}

function resultAt(history: Generated, read: Operation, revision: number): Result {
  return step(stateAt(history, revision), read.request).result;
}

function writes({ operations }: Generated): Operation[] {
  return operations.filter(isWrite);
}

function isWrite({ outcome }: Operation): boolean {
  if (outcome.status !== 'ok') return false;
  const { result } = outcome;
  const parts: readonly Result[] = result.kind === 'txn' ? result.results : [result];
  return parts.some((part) => part.kind === 'put' || (part.kind === 'delete' && part.deleted > 0));
}

function revisionOf({ outcome }: Operation): number {
  return outcome.status === 'ok' ? outcome.result.revision : 0;
}

function withRevision({ outcome }: Operation, revision: number): Result {
  if (outcome.status !== 'ok') throw new Error('only an acknowledged operation has a revision');
  const { result } = outcome;
  if (result.kind !== 'txn') return { ...result, revision };
  return { ...result, revision, results: result.results.map((each) => ({ ...each, revision })) };
}

function pick(
  random: Random,
  { operations }: Generated,
  test: (operation: Operation) => boolean,
): Operation | undefined {
  return random.pick(operations.filter(test));
}

function replaceResult(history: Generated, old: Operation, result: Result): Generated {
  return replace(history, old, { ...old, outcome: { status: 'ok', result } });
}

function replace(history: Generated, old: Operation, by: Operation): Generated {
  return { ...history, operations: history.operations.map((each) => (each === old ? by : each)) };
}

function append(history: Generated, request: Request, result: Result): Generated {
  const lastMs = Math.max(...history.operations.map(({ returnedMs }) => returnedMs));
  const times = { invokedMs: lastMs + 1, returnedMs: lastMs + 2 };
  const outcome = { status: 'ok', result } as const;
  const operation: Operation = { client: 98, member: 'm1', ...times, request, outcome };
  return { ...history, operations: [...history.operations, operation] };
}

function withWatched(
  history: Generated,
  revision: number,
  events: readonly WatchEvent[],
): Generated {
  return { ...history, watched: new Map([...history.watched, [revision, events]]) };
}
