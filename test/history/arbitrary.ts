import * as fc from 'fast-check';
import type {
  Compare,
  Operation,
  Outcome,
  Request,
  Result,
  TxnOp,
  TxnOpResult,
  WatchEvent,
  WatchRecord,
  WatchRequest,
} from '../../src/history/operation.ts';

/** Everything a history can hold, hostile text and revisions beyond 2^31 included. */

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '\0',
    '\n\r\t\u001b[2J',
    '</script><img onerror=x>',
    '\ufeff',
    '🜍'.repeat(40),
  ),
);
const revision = fc.oneof(fc.nat(5), fc.integer({ min: 0, max: 2 ** 33 }), fc.maxSafeNat());
const count = fc.nat();
const lease = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const time = fc.double({ noNaN: true });

const keyValue = fc.record(
  {
    key: text,
    value: text,
    createRevision: revision,
    modRevision: revision,
    version: count,
    lease,
  },
  { requiredKeys: ['key', 'value', 'createRevision', 'modRevision', 'version'] },
);

const put = fc.record(
  { kind: fc.constant('put' as const), key: text, value: text, lease },
  { requiredKeys: ['kind', 'key', 'value'] },
);
const range = fc.record(
  {
    kind: fc.constant('range' as const),
    key: text,
    end: text,
    revision,
    serializable: fc.boolean(),
    limit: count,
  },
  { requiredKeys: ['kind', 'key'] },
);
const remove = fc.record(
  { kind: fc.constant('delete' as const), key: text, end: text },
  { requiredKeys: ['kind', 'key'] },
);
const op: fc.Arbitrary<TxnOp> = fc.oneof(put, range, remove);

const is = fc.constantFrom('=' as const, '!=' as const, '<' as const, '>' as const);
const compare: fc.Arbitrary<Compare> = fc.oneof(
  fc.record(
    { key: text, end: text, target: fc.constant('value' as const), is, value: text },
    { requiredKeys: ['key', 'target', 'is', 'value'] },
  ),
  fc.record(
    {
      key: text,
      end: text,
      target: fc.constantFrom('version' as const, 'create' as const, 'mod' as const),
      is,
      value: revision,
    },
    { requiredKeys: ['key', 'target', 'is', 'value'] },
  ),
);

export const request: fc.Arbitrary<Request> = fc.oneof(
  op,
  fc.record({
    kind: fc.constant('txn' as const),
    compare: fc.array(compare),
    success: fc.array(op),
    failure: fc.array(op),
  }),
  fc.record(
    { kind: fc.constant('lease-grant' as const), ttlSeconds: count, lease },
    { requiredKeys: ['kind', 'ttlSeconds'] },
  ),
  fc.record({ kind: fc.constantFrom('lease-revoke' as const, 'lease-keepalive' as const), lease }),
  fc.record({ kind: fc.constant('compact' as const), revision }),
);

const opResult: fc.Arbitrary<TxnOpResult> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), revision }),
  fc.record({ kind: fc.constant('range' as const), revision, kvs: fc.array(keyValue), count }),
  fc.record({ kind: fc.constant('delete' as const), revision, deleted: count }),
);

const result: fc.Arbitrary<Result> = fc.oneof(
  opResult,
  fc.record({
    kind: fc.constant('txn' as const),
    revision,
    succeeded: fc.boolean(),
    results: fc.array(opResult),
  }),
  fc.record({
    kind: fc.constantFrom('lease-grant' as const, 'lease-keepalive' as const),
    revision,
    lease,
    ttlSeconds: count,
  }),
  fc.record({ kind: fc.constantFrom('lease-revoke' as const, 'compact' as const), revision }),
);

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ status: fc.constant('ok' as const), result }),
  fc.record({
    status: fc.constantFrom('failed' as const, 'never-sent' as const, 'unknown' as const),
    error: fc.record({ code: fc.integer({ min: -1, max: 16 }), message: text }),
  }),
);

export const operation: fc.Arbitrary<Operation> = fc.record({
  client: count,
  member: text,
  invokedMs: time,
  returnedMs: time,
  request,
  outcome,
});

const watchRequest: fc.Arbitrary<WatchRequest> = fc.record(
  {
    key: text,
    end: text,
    startRevision: revision,
    prevKv: fc.boolean(),
    progressNotify: fc.boolean(),
    fragment: fc.boolean(),
  },
  { requiredKeys: ['key'] },
);

const watchEvent: fc.Arbitrary<WatchEvent> = fc.oneof(
  fc.record(
    { type: fc.constant('put' as const), kv: keyValue, prev: keyValue },
    { requiredKeys: ['type', 'kv'] },
  ),
  fc.record(
    { type: fc.constant('delete' as const), key: text, modRevision: revision, prev: keyValue },
    { requiredKeys: ['type', 'key', 'modRevision'] },
  ),
);

export const watchRecord: fc.Arbitrary<WatchRecord> = fc.record(
  {
    stream: text,
    member: text,
    receivedMs: time,
    kind: fc.constantFrom(
      'created' as const,
      'events' as const,
      'progress' as const,
      'canceled' as const,
    ),
    request: watchRequest,
    watchId: lease,
    revision,
    compactRevision: revision,
    reason: text,
    fragment: fc.boolean(),
    events: fc.array(watchEvent),
  },
  { requiredKeys: ['stream', 'member', 'receivedMs', 'kind', 'watchId', 'revision', 'events'] },
);
