/**
 * What a client asked of etcd and what came back: the unit of a history.
 *
 * Times are milliseconds since the run's start on one monotonic clock, taken before the bytes leave
 * and after the answer arrives. The interval is closed: an invocation at the instant of another
 * operation's return is concurrent with it. Keys and values are UTF-8 text; revisions are integers.
 * Leases are etcd's int64 ids in decimal, because a double cannot hold them.
 */
export interface Operation {
  /** Process id: a client whose operation ended `unknown` goes on under a new one. */
  readonly client: number;
  /** Name of the member whose endpoint was asked. */
  readonly member: string;
  readonly invokedMs: number;
  /** When the outcome was known to the client; for `unknown` it says nothing about the effect. */
  readonly returnedMs: number;
  readonly request: Request;
  readonly outcome: Outcome;
}

/** Exactly one attempt's end. Only `ok` and `unknown` may have changed anything. */
export type Outcome =
  | { readonly status: 'ok'; readonly result: Result }
  /** The answer proves that it was not executed. */
  | { readonly status: 'failed'; readonly error: EtcdFailure }
  /** The bytes never left: no connection was made. */
  | { readonly status: 'never-sent'; readonly error: EtcdFailure }
  /** May have been executed, may still be, may never be. */
  | { readonly status: 'unknown'; readonly error: EtcdFailure };

/** gRPC status code (-1 where no status arrived) and its message as etcd wrote it. */
export interface EtcdFailure {
  readonly code: number;
  readonly message: string;
}

export type Request = TxnOp | TxnRequest | LeaseRequest | CompactRequest;

export type TxnOp = PutRequest | RangeRequest | DeleteRequest;

export interface PutRequest {
  readonly kind: 'put';
  readonly key: string;
  readonly value: string;
  readonly lease?: string;
}

/** `end` is exclusive, as in etcd; absent means the one key. `'\0'` means every key ≥ `key`. */
export interface RangeRequest {
  readonly kind: 'range';
  readonly key: string;
  readonly end?: string;
  /** A past revision; absent means now. */
  readonly revision?: number;
  readonly serializable?: boolean;
  readonly limit?: number;
}

export interface DeleteRequest {
  readonly kind: 'delete';
  readonly key: string;
  readonly end?: string;
}

export interface TxnRequest {
  readonly kind: 'txn';
  readonly compare: readonly Compare[];
  readonly success: readonly TxnOp[];
  readonly failure: readonly TxnOp[];
}

/** `end` makes it a comparison over every key of the range (etcd 3.3 and later). */
export type Compare = { readonly key: string; readonly end?: string } & (
  | { readonly target: 'value'; readonly is: Relation; readonly value: string }
  | {
      readonly target: 'version' | 'create' | 'mod';
      readonly is: Relation;
      readonly value: number;
    }
);

export type Relation = '=' | '!=' | '<' | '>';

export type LeaseRequest =
  | { readonly kind: 'lease-grant'; readonly ttlSeconds: number; readonly lease?: string }
  | { readonly kind: 'lease-revoke'; readonly lease: string }
  | { readonly kind: 'lease-keepalive'; readonly lease: string };

export interface CompactRequest {
  readonly kind: 'compact';
  readonly revision: number;
}

/** `revision` is the header's revision in every result. */
export type Result = TxnOpResult | TxnResult | LeaseResult | CompactResult;

export type TxnOpResult =
  | { readonly kind: 'put'; readonly revision: number }
  | {
      readonly kind: 'range';
      readonly revision: number;
      readonly kvs: readonly KeyValue[];
      readonly count: number;
    }
  | { readonly kind: 'delete'; readonly revision: number; readonly deleted: number };

export interface TxnResult {
  readonly kind: 'txn';
  readonly revision: number;
  readonly succeeded: boolean;
  readonly results: readonly TxnOpResult[];
}

/** `ttlSeconds` is what the server granted or has left, not what was asked for. */
export type LeaseResult =
  | {
      readonly kind: 'lease-grant' | 'lease-keepalive';
      readonly revision: number;
      readonly lease: string;
      readonly ttlSeconds: number;
    }
  | { readonly kind: 'lease-revoke'; readonly revision: number };

export interface CompactResult {
  readonly kind: 'compact';
  readonly revision: number;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  readonly lease?: string;
}

/** One response on a watch stream, as it arrived. */
export interface WatchRecord {
  /** Which stream: unique in the run; a resumed stream is a new one. */
  readonly stream: string;
  readonly member: string;
  readonly receivedMs: number;
  readonly kind: 'created' | 'events' | 'progress' | 'canceled';
  /** What the stream asked for; on `created` only. */
  readonly request?: WatchRequest;
  readonly watchId: string;
  /** The header's revision. */
  readonly revision: number;
  /** Set when etcd canceled because the start was compacted. */
  readonly compactRevision?: number;
  readonly reason?: string;
  /** More of the same response follows. */
  readonly fragment?: boolean;
  readonly events: readonly WatchEvent[];
}

export interface WatchRequest {
  readonly key: string;
  readonly end?: string;
  readonly startRevision?: number;
  readonly prevKv?: boolean;
  readonly progressNotify?: boolean;
  readonly fragment?: boolean;
}

export type WatchEvent =
  | { readonly type: 'put'; readonly kv: KeyValue; readonly prev?: KeyValue }
  | {
      readonly type: 'delete';
      readonly key: string;
      readonly modRevision: number;
      readonly prev?: KeyValue;
    };
