import { fromBinary } from '@bufbuild/protobuf';
import { call } from './call.ts';
import type { CallFailure } from './classify.ts';
import type { Connection } from './connection.ts';
import { Auth, AuthenticateResponseSchema } from './proto/etcd_pb.js';
import { encoded } from './requests.ts';

/** Who asks, where the cluster has authentication. */
export interface Credentials {
  readonly user: string;
  /** A function, so that nothing that prints an object prints it. */
  readonly password: () => string;
}

/** What proves who asks, as headers of a call (names and values in turn), or why there is nothing. */
export type Authorized =
  | { readonly kind: 'headers'; readonly headers: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string };

/** One user's token on one connection, asked for when it is first needed. */
export interface Authorization {
  headers(deadlineMs: number): Promise<Authorized>;
  /** The next call asks for a new token. */
  forget(): void;
}

export function openAuthorization(
  connection: Connection,
  { user, password }: Credentials,
): Authorization {
  let asked: Promise<Authorized> | undefined;
  return {
    async headers(deadlineMs) {
      asked ??= authenticate(deadlineMs);
      const authorized = await asked;
      if (authorized.kind === 'refused') asked = undefined;
      return authorized;
    },
    forget: () => (asked = undefined),
  };

  async function authenticate(deadlineMs: number): Promise<Authorized> {
    const request = { name: user, password: password() };
    const { path, framed } = encoded(Auth.method.authenticate, request);
    const end = await call(connection, path, framed, { deadlineMs });
    if (end.kind === 'answer') {
      const { token } = fromBinary(AuthenticateResponseSchema, end.message);
      return { kind: 'headers', headers: ['token', token] };
    }
    if (end.failure.message === notEnabled) return { kind: 'headers', headers: [] };
    const message = `could not authenticate as ${user}: ${end.failure.message}`;
    return { kind: 'refused', message };
  }
}

/** Whether a call was refused because its token is known no more: its member was started again. */
export function tokenExpired(failure: CallFailure): boolean {
  return failure.kind === 'status' && expiries.has(failure.message);
}

/** A cluster without authentication needs no token, so credentials do no harm there. */
const notEnabled = 'etcdserver: authentication is not enabled';
const expiries = new Set([
  'etcdserver: invalid auth token',
  'etcdserver: revision of auth store is old',
]);
