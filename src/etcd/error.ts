import type { CallFailure } from './classify.ts';

/**
 * An admin call that failed: `code` is the gRPC status (-1 where none arrived), `details` etcd's own
 * words or what happened to the connection.
 */
export class EtcdError extends Error {
  readonly code: number;
  readonly details: string;
  readonly kind: CallFailure['kind'];
  constructor(method: string, member: string, failure: CallFailure) {
    const code = failure.kind === 'status' ? failure.code : -1;
    super(`${method} on ${member} failed: ${failure.message} (gRPC code ${code})`);
    this.name = 'EtcdError';
    this.code = code;
    this.details = failure.message;
    this.kind = failure.kind;
  }
}
