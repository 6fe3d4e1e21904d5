import type {
  Compare,
  Operation,
  Request,
  TxnOp,
  WatchEvent,
  WatchRecord,
} from '../../../src/history/operation.ts';
import { dropLease, emptyState, step } from './model.ts';
import type { Random } from './random.ts';

/** A small history that etcd could have made, with everything that was written at each revision. */
export interface Generated {
  readonly operations: Operation[];
  readonly watched: Map<number, readonly WatchEvent[]>;
}

export interface Shape {
  readonly operations: number;
  readonly keys: readonly string[];
  readonly leases?: readonly string[];
  /** Chance that an outcome was lost; half of those operations never happened. */
  readonly unknown: number;
  /** How far an operation's interval reaches to either side of the moment it happened. */
  readonly overlapMs: number;
}

const error = { code: 4, message: 'context deadline exceeded' };

/** Runs random requests through the model in one order and spreads their intervals around it. */
export function generate(random: Random, shape: Shape): Generated {
  const operations: Operation[] = [];
  const watched = new Map<number, readonly WatchEvent[]>();
  let state = emptyState;
  for (let index = 0; index < shape.operations; index += 1) {
    const request = randomRequest(random, shape, index);
    const lost = random.chance(shape.unknown);
    const happened = !lost || random.chance(0.5);
    const taken = step(state, request);
    if (happened) {
      state = taken.state;
      if (taken.events.length > 0) watched.set(state.revision, taken.events);
    }
    operations.push({
      client: index,
      member: 'm1',
      invokedMs: index * 2 - random.below(shape.overlapMs + 1),
      returnedMs: index * 2 + random.below(shape.overlapMs + 1),
      request,
      outcome: lost ? { status: 'unknown', error } : { status: 'ok', result: taken.result },
    });
    const lease = shape.leases === undefined ? undefined : random.pick(shape.leases);
    if (lease === undefined || !random.chance(0.1)) continue;
    const expired = dropLease(state, lease);
    state = expired.state;
    if (expired.events.length > 0) watched.set(state.revision, expired.events);
  }
  operations.sort((a, b) => a.returnedMs - b.returnedMs);
  return { operations, watched };
}

/** The same events as a watcher of the whole keyspace received them. */
export function watcherOf(
  watched: ReadonlyMap<number, readonly WatchEvent[]>,
  stream = 'w1',
): WatchRecord[] {
  const record = { stream, member: 'm1', watchId: '0', receivedMs: 1_000_000 } as const;
  const created: WatchRecord = {
    ...record,
    kind: 'created',
    revision: 1,
    events: [],
    request: { key: '\0', end: '\0', startRevision: 1 },
  };
  const revisions = [...watched.keys()].toSorted((a, b) => a - b);
  const delivered = revisions.map((revision): WatchRecord => ({
    ...record,
    kind: 'events',
    revision,
    events: watched.get(revision)!,
  }));
  return [created, ...delivered];
}

function randomRequest(random: Random, shape: Shape, index: number): Request {
  const roll = random.next();
  if (shape.leases !== undefined && roll < 0.08) {
    return { kind: 'lease-revoke', lease: random.pick(shape.leases) };
  }
  return roll < 0.3 ? randomTxn(random, shape, index) : randomOp(random, shape, `v${index}`);
}

function randomTxn(random: Random, shape: Shape, index: number): Request {
  const compare = Array.from({ length: random.below(3) }, () =>
    randomCompare(random, shape, index),
  );
  const ops = (tag: string) => {
    const first = randomOp(random, shape, `v${index}${tag}`);
    const read: TxnOp = { kind: 'range', key: random.pick(shape.keys) };
    return random.chance(0.4) ? [first, read] : [first];
  };
  return { kind: 'txn', compare, success: ops('s'), failure: random.chance(0.6) ? ops('f') : [] };
}

function randomOp(random: Random, shape: Shape, value: string): TxnOp {
  const key = random.pick(shape.keys);
  const roll = random.next();
  const end = random.chance(0.3) ? { end: random.chance(0.5) ? '\0' : 'zz' } : {};
  if (roll < 0.4)
    return { kind: 'range', key, ...end, ...(random.chance(0.2) ? { limit: 1 } : {}) };
  if (roll < 0.55) return { kind: 'delete', key, ...end };
  const leased = shape.leases !== undefined && random.chance(0.4);
  return { kind: 'put', key, value, ...(leased ? { lease: random.pick(shape.leases) } : {}) };
}

function randomCompare(random: Random, shape: Shape, index: number): Compare {
  const key = random.pick(shape.keys);
  const is = random.pick(['=', '!=', '<', '>'] as const);
  const over = random.chance(0.2) ? { end: 'zz' } : {};
  if (random.chance(0.3)) {
    return { key, ...over, target: 'value', is, value: `v${random.below(index + 1)}` };
  }
  const target = random.pick(['version', 'create', 'mod'] as const);
  return { key, ...over, target, is, value: random.below(4) };
}
