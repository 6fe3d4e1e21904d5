import type { Outcome, Request } from '../history/operation.ts';

/**
 * How one attempt ended, as the transport saw it.
 *
 * - `never-sent`: no connection was made, so the bytes never left;
 * - `refused`: the server's HTTP/2 layer said it had not begun with it (REFUSED_STREAM, GOAWAY);
 * - `status`: a gRPC status other than OK arrived;
 * - `lost`: the connection or the answer was lost after the bytes left;
 * - `deadline`: nothing had arrived when the deadline passed.
 */
export type CallFailure =
  | { readonly kind: 'never-sent' | 'refused' | 'lost' | 'deadline'; readonly message: string }
  | { readonly kind: 'status'; readonly code: number; readonly message: string };

type FailedStatus = Exclude<Outcome['status'], 'ok'>;

/**
 * What a failed attempt says about the request's effect. `failed` needs proof that it was not
 * executed; a wrong `failed` would accuse etcd falsely, so whatever is not listed is `unknown`.
 */
export function classify(request: Request, failure: CallFailure): FailedStatus {
  switch (failure.kind) {
    case 'never-sent':
      return 'never-sent';
    case 'refused':
      return 'failed';
    case 'lost':
    case 'deadline':
      return 'unknown';
    case 'status':
      return isRead(request) || provesNotExecuted(request, failure.code, failure.message)
        ? 'failed'
        : 'unknown';
  }
}

/** An error that answers a read is no evidence of anything, and a read changes nothing. */
function isRead(request: Request): boolean {
  if (request.kind === 'range') return true;
  return (
    request.kind === 'txn' && [...request.success, ...request.failure].every((op) => isRead(op))
  );
}

function provesNotExecuted(request: Request, code: number, message: string): boolean {
  switch (code) {
    case grpc.invalidArgument:
    case grpc.notFound:
    case grpc.alreadyExists:
    case grpc.permissionDenied:
    case grpc.failedPrecondition:
    case grpc.outOfRange:
    case grpc.unimplemented:
    case grpc.dataLoss:
    case grpc.unauthenticated:
      return true;
    case grpc.resourceExhausted:
      // `database space exceeded` is no proof: the write that crosses the quota between etcd's check
      // and its turn is applied and answered with the same error (apply/quota.go).
      return message === 'etcdserver: too many requests' || message.startsWith(tooLargeToRead);
    case grpc.unavailable:
      return unavailableBeforeProposal(request, message);
    default:
      return false;
  }
}

/** gRPC's own answer to a message it did not take in. */
const tooLargeToRead = 'grpc: received message larger than max';

function unavailableBeforeProposal(request: Request, message: string): boolean {
  if (message === 'etcdserver: not capable') return true;
  if (message === 'etcdserver: rpc not supported for learner') return true;
  // A keep-alive runs on a stream, which this error may also end while the request is in work.
  return message === 'etcdserver: no leader' && request.kind !== 'lease-keepalive';
}

/** The gRPC status codes etcd uses. */
const grpc = {
  invalidArgument: 3,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  outOfRange: 11,
  unimplemented: 12,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
};
