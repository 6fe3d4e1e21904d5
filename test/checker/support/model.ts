import type {
  Compare,
  KeyValue,
  Request,
  Result,
  TxnOp,
  TxnOpResult,
  WatchEvent,
} from '../../../src/history/operation.ts';

/** etcd written down as plainly as possible, apart from the checker: what the tests trust. */
export interface ModelState {
  readonly revision: number;
  readonly kvs: ReadonlyMap<string, KeyValue>;
}

export const emptyState: ModelState = { revision: 1, kvs: new Map() };

export interface Step {
  readonly state: ModelState;
  readonly result: Result;
  /** What the step wrote, in order of key; empty where the revision stayed. */
  readonly events: readonly WatchEvent[];
}

/** The one thing etcd can do with a request on a state. */
export function step(state: ModelState, request: Request): Step {
  switch (request.kind) {
    case 'txn': {
      const succeeded = request.compare.every((compare) => holds(state, compare));
      const run = runOps(state, succeeded ? request.success : request.failure);
      const { revision } = run.state;
      return { ...run, result: { kind: 'txn', revision, succeeded, results: run.results } };
    }
    case 'lease-revoke':
      return dropLease(state, request.lease);
    case 'put':
    case 'range':
    case 'delete': {
      const run = runOps(state, [request]);
      return { ...run, result: run.results[0]! };
    }
    default:
      throw new Error(`the model has no ${request.kind}`);
  }
}

/** A revoke or an expiry: every attached key goes at one revision. */
export function dropLease(state: ModelState, lease: string): Step {
  const keys = [...state.kvs.values()].filter((kv) => kv.lease === lease).map(({ key }) => key);
  const kvs = new Map(state.kvs);
  const revision = keys.length > 0 ? state.revision + 1 : state.revision;
  const events = keys.toSorted().map((key): WatchEvent => {
    kvs.delete(key);
    return { type: 'delete', key, modRevision: revision, prev: state.kvs.get(key)! };
  });
  return { state: { revision, kvs }, events, result: { kind: 'lease-revoke', revision } };
}

export function inRange(key: string, from: string, end: string | undefined): boolean {
  if (end === undefined) return key === from;
  return key >= from && (end === '\0' || key < end);
}

function runOps(before: ModelState, ops: readonly TxnOp[]) {
  const kvs = new Map(before.kvs);
  const touched = new Set<string>();
  const next = before.revision + 1;
  const raw = ops.map((op): TxnOpResult => {
    if (op.kind === 'put') {
      kvs.set(op.key, putOver(kvs.get(op.key), op, next));
      touched.add(op.key);
      return { kind: 'put', revision: 0 };
    }
    const inside = [...kvs.values()].filter(({ key }) => inRange(key, op.key, op.end));
    inside.sort((a, b) => (a.key < b.key ? -1 : 1));
    if (op.kind === 'range') {
      const shown = op.limit === undefined ? inside : inside.slice(0, op.limit);
      return { kind: 'range', revision: 0, kvs: shown, count: inside.length };
    }
    for (const { key } of inside) {
      kvs.delete(key);
      touched.add(key);
    }
    return { kind: 'delete', revision: 0, deleted: inside.length };
  });
  const revision = touched.size > 0 ? next : before.revision;
  const results = raw.map((result) => ({ ...result, revision }));
  const events = [...touched].toSorted().map((key) => eventOf(before, kvs, key, revision));
  return { state: { revision, kvs }, results, events };
}

function putOver(
  old: KeyValue | undefined,
  { key, value, lease }: Extract<TxnOp, { kind: 'put' }>,
  revision: number,
): KeyValue {
  return {
    key,
    value,
    createRevision: old?.createRevision ?? revision,
    modRevision: revision,
    version: (old?.version ?? 0) + 1,
    ...(lease === undefined ? {} : { lease }),
  };
}

function eventOf(
  before: ModelState,
  after: ReadonlyMap<string, KeyValue>,
  key: string,
  revision: number,
): WatchEvent {
  const prev = before.kvs.get(key);
  const kv = after.get(key);
  const old = prev === undefined ? {} : { prev };
  if (kv === undefined) return { type: 'delete', key, modRevision: revision, ...old };
  return { type: 'put', kv, ...old };
}

/** etcd 3.3 and later: a compare over a range must hold for every key; over none, for an empty one. */
function holds(state: ModelState, compare: Compare): boolean {
  const inside = [...state.kvs.values()].filter(({ key }) =>
    inRange(key, compare.key, compare.end),
  );
  if (inside.length > 0) return inside.every((kv) => compares(kv, compare));
  if (compare.target === 'value') return false;
  const absent = { key: '', value: '', createRevision: 0, modRevision: 0, version: 0 };
  return compares(absent, compare);
}

function compares(kv: KeyValue, compare: Compare): boolean {
  switch (compare.target) {
    case 'value':
      return related(kv.value, compare.is, compare.value);
    case 'version':
      return related(kv.version, compare.is, compare.value);
    case 'create':
      return related(kv.createRevision, compare.is, compare.value);
    case 'mod':
      return related(kv.modRevision, compare.is, compare.value);
  }
}

function related<T extends string | number>(left: T, is: Compare['is'], right: T): boolean {
  if (is === '=') return left === right;
  if (is === '!=') return left !== right;
  return is === '<' ? left < right : left > right;
}
