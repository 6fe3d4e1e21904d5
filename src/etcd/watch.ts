import { fromBinary } from '@bufbuild/protobuf';
import type { KeyValue, WatchEvent, WatchRecord, WatchRequest } from '../history/operation.ts';
import { acquireAuthorized, type Caller } from './authorized-call.ts';
import type { CallFailure } from './classify.ts';
import type { Session } from './connection.ts';
import { bytesOf, encoded, endOf } from './requests.ts';
import { keyValueOf, revisionOf, textOf } from './results.ts';
import { openStream, type RpcStream } from './stream.ts';
import { pathOf } from './method.ts';
import { Event_EventType, Watch, WatchResponseSchema } from './proto/etcd_pb.js';
import type { Event, KeyValue as WireKeyValue, WatchResponse } from './proto/etcd_pb.js';

/** Why a stream is gone: `undefined` means that etcd ended it with OK. */
export type WatchEnd = CallFailure | undefined;

/** A stream of watches on one endpoint. It ends with its connection and is never resumed. */
export interface WatchHandle extends Disposable {
  /** Asks for a progress notification (etcd 3.4 and later). */
  progress(): void;
  /** Another watch on the same stream; etcd numbers it, the `created` record tells the number. */
  add(request: WatchRequest): void;
  /** Takes one watch off the stream; a `canceled` record follows. */
  cancel(watchId: string): void;
  /** Whether the connection answers within `withinMs`; a dead one may not know that it is. */
  alive(withinMs: number): Promise<boolean>;
  close(): void;
}

/**
 * Opens a stream with one watch on it. Every response becomes one record, in the order of arrival.
 * `onEnd` is called once, when the stream is gone for whatever reason but `close()`.
 */
export function openWatch(
  caller: Caller,
  member: string,
  request: WatchRequest,
  options: {
    /** Unique in the run. */
    readonly stream: string;
    readonly nowMs: () => number;
    readonly onRecord: (record: WatchRecord) => void;
    readonly onEnd: (end: WatchEnd) => void;
  },
): WatchHandle {
  /** Not yet answered; etcd answers creations in the order asked. */
  const creating: WatchRequest[] = [];
  const unsent: Buffer[] = [];
  let stream: RpcStream | undefined;
  let session: Session | undefined;

  const send = (framed: Buffer): void => {
    if (stream === undefined) unsent.push(framed);
    else stream.send(framed);
  };
  const add = (added: WatchRequest): void => {
    creating.push(added);
    send(createFrame(added));
  };
  const close = (): void => {
    withdraw();
    stream?.cancel();
  };

  add(request);
  const withdraw = acquireAuthorized(caller, (acquired, headers, error) => {
    if (acquired === undefined) return options.onEnd({ kind: 'never-sent', message: error });
    session = acquired;
    stream = openStream(acquired, pathOf(Watch.method.watch), headers, {
      onMessage(message) {
        const receivedMs = options.nowMs();
        const response = fromBinary(WatchResponseSchema, message);
        const asked = response.created ? creating.shift() : undefined;
        const at = { stream: options.stream, member, receivedMs };
        options.onRecord({ ...at, ...recordOf(response, asked) });
      },
      onEnd: options.onEnd,
    });
    for (const framed of unsent.splice(0)) stream.send(framed);
  });

  return {
    add,
    progress: () => send(progressFrame),
    cancel: (watchId) => send(cancelFrame(watchId)),
    alive: (withinMs) => answersPing(session, withinMs),
    close,
    [Symbol.dispose]: close,
  };
}

function createFrame(request: WatchRequest): Buffer {
  const value = {
    key: bytesOf(request.key),
    rangeEnd: endOf(request.end),
    startRevision: BigInt(request.startRevision ?? 0),
    prevKv: request.prevKv ?? false,
    progressNotify: request.progressNotify ?? false,
    fragment: request.fragment ?? false,
  };
  return encoded(Watch.method.watch, { requestUnion: { case: 'createRequest', value } }).framed;
}

const progressFrame = encoded(Watch.method.watch, {
  requestUnion: { case: 'progressRequest', value: {} },
}).framed;

function cancelFrame(watchId: string): Buffer {
  const value = { watchId: BigInt(watchId) };
  return encoded(Watch.method.watch, { requestUnion: { case: 'cancelRequest', value } }).framed;
}

function recordOf(
  response: WatchResponse,
  asked: WatchRequest | undefined,
): Omit<WatchRecord, 'stream' | 'member' | 'receivedMs'> {
  return {
    kind: kindOf(response),
    ...(asked === undefined ? {} : { request: asked }),
    watchId: String(response.watchId),
    revision: revisionOf(response),
    ...(response.compactRevision === 0n
      ? {}
      : { compactRevision: Number(response.compactRevision) }),
    ...(response.cancelReason === '' ? {} : { reason: response.cancelReason }),
    ...(response.fragment ? { fragment: true } : {}),
    events: response.events.map(eventOf),
  };
}

/** A creation that etcd refuses is answered as created and canceled at once. */
function kindOf(response: WatchResponse): WatchRecord['kind'] {
  if (response.canceled) return 'canceled';
  if (response.created) return 'created';
  return response.events.length > 0 ? 'events' : 'progress';
}

function eventOf(event: Event): WatchEvent {
  const { kv } = event;
  if (kv === undefined) throw new Error('etcd sent a watch event without a key');
  const prev = prevOf(event.prevKv);
  if (event.type === Event_EventType.PUT) return { type: 'put', kv: keyValueOf(kv), ...prev };
  return { type: 'delete', key: textOf(kv.key), modRevision: Number(kv.modRevision), ...prev };
}

function prevOf(kv: WireKeyValue | undefined): { prev?: KeyValue } {
  return kv === undefined ? {} : { prev: keyValueOf(kv) };
}

function answersPing(session: Session | undefined, withinMs: number): Promise<boolean> {
  if (session === undefined || session.http2.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), withinMs);
    session.http2.ping((error) => {
      clearTimeout(timer);
      resolve(error === null);
    });
  });
}
