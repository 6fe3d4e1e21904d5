import type { Outcome, Request, WatchRecord, WatchRequest } from '../history/operation.ts';
import { type Authorization, type Credentials, openAuthorization } from './authorization.ts';
import { authorizedCall } from './authorized-call.ts';
import type { CallEnd } from './call.ts';
import { classify } from './classify.ts';
import { openConnection, type Connection, type Tls } from './connection.ts';
import { encodeRequest } from './requests.ts';
import { decodeResult } from './results.ts';
import { openWatch, type WatchEnd, type WatchHandle } from './watch.ts';

/** One member's client endpoint, and how it is reached. */
export interface EtcdTarget {
  /** Member's name, as histories and messages call it. */
  readonly member: string;
  /** `host:port`. */
  readonly address: string;
  /** Absent: without encryption. */
  readonly tls?: Tls;
  /** Absent: without authentication, or by the certificate's common name. */
  readonly credentials?: Credentials;
}

export interface CallOptions {
  /** How long the attempt may take, connecting included. */
  readonly deadlineMs: number;
  /** Makes a member without leader refuse at once instead of holding the request for 7 s. */
  readonly requireLeader?: boolean;
}

/**
 * A client that makes exactly one attempt at one endpoint per call: no retries, no failover, no
 * reconnect delay. Opening does no I/O; the first call connects.
 */
export interface EtcdClient extends AsyncDisposable {
  readonly target: EtcdTarget;
  readonly connection: Connection;
  readonly authorization?: Authorization;
  /** Never rejects: what went wrong is in the outcome. */
  perform(request: Request, options: CallOptions): Promise<Outcome>;
  /** `onEnd` is called once, when the stream is gone for whatever reason but `close()`. */
  watch(
    request: WatchRequest,
    options: {
      /** Unique in the run. */
      readonly stream: string;
      readonly nowMs: () => number;
      readonly onRecord: (record: WatchRecord) => void;
      readonly onEnd: (end: WatchEnd) => void;
    },
  ): WatchHandle;
}

export function openClient(target: EtcdTarget): EtcdClient {
  const connection = openConnection(target.address, target.tls);
  const { credentials } = target;
  const caller = {
    connection,
    ...(credentials && { authorization: openAuthorization(connection, credentials) }),
  };
  return {
    target,
    ...caller,
    async perform(request, options) {
      const { path, framed } = encodeRequest(request);
      const metadata = metadataOf(options);
      const { deadlineMs } = options;
      return outcomeOf(
        request,
        await authorizedCall(caller, path, framed, { deadlineMs, metadata }),
      );
    },
    watch: (request, options) => openWatch(caller, target.member, request, options),
    [Symbol.asyncDispose]: async () => connection.close(),
  };
}

/** What etcd and gRPC read from the headers of a call. */
function metadataOf(options: CallOptions): readonly string[] {
  return options.requireLeader === true ? ['hasleader', 'true'] : [];
}

function outcomeOf(request: Request, end: CallEnd): Outcome {
  if (end.kind === 'answer') return { status: 'ok', result: decodeResult(request, end.message) };
  const { failure } = end;
  const code = failure.kind === 'status' ? failure.code : -1;
  return { status: classify(request, failure), error: { code, message: failure.message } };
}
