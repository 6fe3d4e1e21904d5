import { schemaBuilder, type Codec, type SchemaBuilder } from './codec.ts';
import type { EpochStart } from './epoch.ts';
import type {
  Compare,
  EtcdFailure,
  KeyValue,
  Operation,
  Outcome,
  Relation,
  Request,
  Result,
  TxnOp,
  TxnOpResult,
  WatchEvent,
  WatchRecord,
  WatchRequest,
} from './operation.ts';

/** How the records of one kind of block lie in its columns. */
export interface BlockSchema<T> {
  readonly codec: Codec<T>;
  readonly columnCount: number;
}

export const operationSchema = blockSchema(operationCodec);
export const watchSchema = blockSchema(watchCodec);
export const stateSchema = blockSchema(keyValueCodec);
export const epochSchema = blockSchema(epochCodec);

/** An epoch's beginning as it lies in the file, after the blocks of its state. */
export interface StoredEpochStart extends EpochStart {
  /** Key-values in the blocks before it. */
  readonly keys: number;
}

function blockSchema<T>(build: (schema: SchemaBuilder) => Codec<T>): BlockSchema<T> {
  const schema = schemaBuilder();
  return { codec: build(schema), columnCount: schema.columnCount() };
}

function operationCodec(s: SchemaBuilder): Codec<Operation> {
  return s.struct<Operation>(
    {
      client: s.int(),
      member: s.text(),
      invokedMs: s.double(),
      returnedMs: s.double(),
      request: requestCodec(s),
      outcome: outcomeCodec(s),
    },
    {},
  );
}

function outcomeCodec(s: SchemaBuilder): Codec<Outcome> {
  const error = s.struct<EtcdFailure>({ code: s.int(), message: s.text() }, {});
  return s.union<Outcome, 'status'>('status', {
    ok: s.struct({ result: resultCodec(s) }, {}),
    failed: s.struct({ error }, {}),
    'never-sent': s.struct({ error }, {}),
    unknown: s.struct({ error }, {}),
  });
}

function requestCodec(s: SchemaBuilder): Codec<Request> {
  const ops = txnOpCases(s);
  const op = s.union<TxnOp, 'kind'>('kind', ops);
  const lease = s.text();
  return s.union<Request, 'kind'>('kind', {
    ...ops,
    txn: s.struct(
      { compare: s.list(compareCodec(s)), success: s.list(op), failure: s.list(op) },
      {},
    ),
    'lease-grant': s.struct({ ttlSeconds: s.int() }, { lease }),
    'lease-revoke': s.struct({ lease }, {}),
    'lease-keepalive': s.struct({ lease }, {}),
    compact: s.struct({ revision: s.int() }, {}),
  });
}

function txnOpCases(s: SchemaBuilder) {
  const key = s.text();
  const end = s.text();
  return {
    put: s.struct<Omit<TxnOp & { kind: 'put' }, 'kind'>>(
      { key, value: s.text() },
      { lease: s.text() },
    ),
    range: s.struct<Omit<TxnOp & { kind: 'range' }, 'kind'>>(
      { key },
      { end, revision: s.int(), serializable: s.flag(), limit: s.int() },
    ),
    delete: s.struct<Omit<TxnOp & { kind: 'delete' }, 'kind'>>({ key }, { end }),
  };
}

function compareCodec(s: SchemaBuilder): Codec<Compare> {
  const key = s.text();
  const end = s.text();
  const is = s.choice<Relation>(['=', '!=', '<', '>']);
  const number = s.struct<{ key: string; end?: string; is: Relation; value: number }>(
    { key, is, value: s.int() },
    { end },
  );
  return s.union<Compare, 'target'>('target', {
    value: s.struct({ key, is, value: s.text() }, { end }),
    version: number,
    create: number,
    mod: number,
  });
}

function resultCodec(s: SchemaBuilder): Codec<Result> {
  const revision = s.int();
  const ops = {
    put: s.struct<{ revision: number }>({ revision }, {}),
    range: s.struct<Omit<TxnOpResult & { kind: 'range' }, 'kind'>>(
      { revision, kvs: s.list(keyValueCodec(s)), count: s.int() },
      {},
    ),
    delete: s.struct<{ revision: number; deleted: number }>({ revision, deleted: s.int() }, {}),
  };
  const lease = s.struct<{ revision: number; lease: string; ttlSeconds: number }>(
    { revision, lease: s.text(), ttlSeconds: s.int() },
    {},
  );
  return s.union<Result, 'kind'>('kind', {
    ...ops,
    txn: s.struct(
      {
        revision,
        succeeded: s.flag(),
        results: s.list(s.union<TxnOpResult, 'kind'>('kind', ops)),
      },
      {},
    ),
    'lease-grant': lease,
    'lease-keepalive': lease,
    'lease-revoke': s.struct<{ revision: number }>({ revision }, {}),
    compact: s.struct<{ revision: number }>({ revision }, {}),
  });
}

function keyValueCodec(s: SchemaBuilder): Codec<KeyValue> {
  return s.struct<KeyValue>(
    {
      key: s.text(),
      value: s.text(),
      createRevision: s.int(),
      modRevision: s.int(),
      version: s.int(),
    },
    { lease: s.text() },
  );
}

function watchCodec(s: SchemaBuilder): Codec<WatchRecord> {
  return s.struct<WatchRecord>(
    {
      stream: s.text(),
      member: s.text(),
      receivedMs: s.double(),
      kind: s.choice(['created', 'events', 'progress', 'canceled']),
      watchId: s.text(),
      revision: s.int(),
      events: s.list(watchEventCodec(s)),
    },
    {
      request: watchRequestCodec(s),
      compactRevision: s.int(),
      reason: s.text(),
      fragment: s.flag(),
    },
  );
}

function watchRequestCodec(s: SchemaBuilder): Codec<WatchRequest> {
  return s.struct<WatchRequest>(
    { key: s.text() },
    {
      end: s.text(),
      startRevision: s.int(),
      prevKv: s.flag(),
      progressNotify: s.flag(),
      fragment: s.flag(),
    },
  );
}

function watchEventCodec(s: SchemaBuilder): Codec<WatchEvent> {
  const prev = keyValueCodec(s);
  return s.union<WatchEvent, 'type'>('type', {
    put: s.struct({ kv: keyValueCodec(s) }, { prev }),
    delete: s.struct({ key: s.text(), modRevision: s.int() }, { prev }),
  });
}

function epochCodec(s: SchemaBuilder): Codec<StoredEpochStart> {
  return s.struct<StoredEpochStart>(
    {
      kind: s.choice(['restore', 'force-new-cluster']),
      startedMs: s.double(),
      restoredRevision: s.int(),
      keys: s.int(),
    },
    { bumpedTo: s.int(), compactRevision: s.int(), unknownBecause: s.text() },
  );
}
