import type { Authorization } from './authorization.ts';
import { tokenExpired } from './authorization.ts';
import { call, type CallEnd } from './call.ts';
import type { Connection, Session } from './connection.ts';

/** A connection, and who asks on it where the cluster has authentication. */
export interface Caller {
  readonly connection: Connection;
  readonly authorization?: Authorization;
}

/**
 * A call in the name of the caller. What was refused for an old token was not executed, so it alone
 * is sent a second time; where no token can be had, it is never sent.
 */
export async function authorizedCall(
  { connection, authorization }: Caller,
  path: string,
  framed: Buffer,
  options: { readonly deadlineMs: number; readonly metadata?: readonly string[] },
): Promise<CallEnd> {
  if (authorization === undefined) return call(connection, path, framed, options);
  const endsMs = performance.now() + options.deadlineMs;
  const attempt = async (): Promise<CallEnd> => {
    const authorized = await authorization.headers(endsMs - performance.now());
    if (authorized.kind === 'refused')
      return { kind: 'failure', failure: { kind: 'never-sent', message: authorized.message } };
    const metadata = [...(options.metadata ?? []), ...authorized.headers];
    return call(connection, path, framed, { deadlineMs: endsMs - performance.now(), metadata });
  };
  const end = await attempt();
  if (end.kind === 'answer' || !tokenExpired(end.failure)) return end;
  authorization.forget();
  return attempt();
}

/** How long a stream's caller may take to say who it is. */
const authorizedWithinMs = 10_000;

/**
 * A session with the headers that say who asks, or why there is none. The returned function
 * withdraws; without authentication `ready` may be called at once.
 */
export function acquireAuthorized(
  { connection, authorization }: Caller,
  ready: (session: Session | undefined, headers: readonly string[], error: string) => void,
): () => void {
  if (authorization === undefined)
    return connection.acquire((session, error) => ready(session, [], error));
  let withdraw = (): void => void (withdrawn = true);
  let withdrawn = false;
  const begin = async (): Promise<void> => {
    const authorized = await authorization.headers(authorizedWithinMs);
    if (withdrawn) return;
    if (authorized.kind === 'refused') return ready(undefined, [], authorized.message);
    const { headers } = authorized;
    withdraw = connection.acquire((session, error) => ready(session, headers, error));
  };
  void begin();
  return () => withdraw();
}
