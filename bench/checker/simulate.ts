import type { Operation, Request, Result } from '../../src/history/operation.ts';

/** What a large simulated run looks like. */
export interface Simulation {
  readonly operations: number;
  readonly clients: number;
  readonly keys: number;
  readonly seed: number;
  /** Only puts and reads, as a register has them, or transactions and deletes too. */
  readonly mix: 'all' | 'put-and-read';
}

/**
 * A sound history of at least that many operations, made while it is read: each client always has
 * one request under way, which takes effect at a random moment of its interval. Half puts, the rest
 * reads, some transactions and deletes.
 */
export function* simulate({
  operations,
  clients,
  keys,
  seed,
  mix,
}: Simulation): Generator<Operation> {
  const next = randomFrom(seed);
  const store: Store = { revision: 1, entries: new Map() };
  const open: Pending[] = Array.from({ length: clients }, (_, client) => ({
    client,
    invokedMs: next(),
    effectMs: 0,
    request: requestFor(next, keys, client, mix),
    result: undefined,
  }));
  for (const pending of open) pending.effectMs = pending.invokedMs + next();
  let unique = clients;
  for (let done = 0; done < operations;) {
    const turn = earliest(open);
    if (turn.result === undefined) {
      turn.result = execute(store, turn.request);
      turn.effectMs += next();
      continue;
    }
    yield answered(turn, turn.result);
    done += 1;
    unique += 1;
    turn.invokedMs = turn.effectMs + next() / 10;
    turn.effectMs = turn.invokedMs + next();
    turn.request = requestFor(next, keys, unique, mix);
    turn.result = undefined;
  }
  const executed = open.toSorted((a, b) => a.effectMs - b.effectMs);
  for (const last of executed) if (last.result !== undefined) yield answered(last, last.result);
}

interface Store {
  revision: number;
  readonly entries: Map<string, Entry>;
}

interface Entry {
  readonly value: string;
  readonly create: number;
  readonly mod: number;
  readonly version: number;
}

interface Pending {
  readonly client: number;
  invokedMs: number;
  /** When it takes effect; once it has, when it returns. */
  effectMs: number;
  request: Request;
  result: Result | undefined;
}

function answered(pending: Pending, result: Result): Operation {
  const { client, invokedMs, effectMs: returnedMs, request } = pending;
  const member = `m${client % 3}`;
  return { client, member, invokedMs, returnedMs, request, outcome: { status: 'ok', result } };
}

function earliest(open: readonly Pending[]): Pending {
  let first = open[0]!;
  for (const pending of open) if (pending.effectMs < first.effectMs) first = pending;
  return first;
}

function requestFor(
  next: () => number,
  keys: number,
  unique: number,
  mix: Simulation['mix'],
): Request {
  const key = `key-${Math.floor(next() * keys)}`;
  const roll = next();
  if (roll < 0.5) return { kind: 'put', key, value: `value-${unique}` };
  if (roll < 0.93 || mix === 'put-and-read') return { kind: 'range', key };
  if (roll < 0.95) return { kind: 'delete', key };
  const put = { kind: 'put', key, value: `value-${unique}` } as const;
  const compare = [{ key, target: 'version', is: '>', value: 0 } as const];
  return { kind: 'txn', compare, success: [put], failure: [{ kind: 'range', key }] };
}

function execute(store: Store, request: Request): Result {
  switch (request.kind) {
    case 'put':
      write(store, request.key, request.value);
      return { kind: 'put', revision: store.revision };
    case 'delete': {
      const deleted = Number(store.entries.delete(request.key));
      store.revision += deleted;
      return { kind: 'delete', revision: store.revision, deleted };
    }
    case 'txn': {
      const [op] = request.success;
      if (op?.kind !== 'put') throw new Error('the simulation only writes puts');
      const succeeded = store.entries.has(op.key);
      if (succeeded) write(store, op.key, op.value);
      const { revision } = store;
      const results = succeeded ? [{ kind: 'put', revision } as const] : [read(store, op.key)];
      return { kind: 'txn', revision, succeeded, results };
    }
    case 'range':
      return read(store, request.key);
    default:
      throw new Error(`the simulation has no ${request.kind}`);
  }
}

function write(store: Store, key: string, value: string): void {
  store.revision += 1;
  const old = store.entries.get(key);
  const create = old?.create ?? store.revision;
  store.entries.set(key, { value, create, mod: store.revision, version: (old?.version ?? 0) + 1 });
}

function read({ revision, entries }: Store, key: string) {
  const entry = entries.get(key);
  if (entry === undefined) return { kind: 'range', revision, kvs: [], count: 0 } as const;
  const { value, create: createRevision, mod: modRevision, version } = entry;
  const kvs = [{ key, value, createRevision, modRevision, version }];
  return { kind: 'range', revision, kvs, count: 1 } as const;
}

/** mulberry32, in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
