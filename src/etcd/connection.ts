import { connect, type ClientHttp2Session } from 'node:http2';
import { messageOf } from '../errors.ts';

/** Certificates and key in PEM; the authorities that Node knows serve where there is no `ca`. */
export interface Tls {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** One HTTP/2 connection that answered the greeting: requests may be sent on it. */
export interface Session {
  readonly http2: ClientHttp2Session;
  /** `host:port`, as HTTP/2 wants it with every request. */
  readonly authority: string;
  /** When bytes of an answer last arrived, on the clock of `performance.now()`. */
  lastHeardMs: number;
  /** The last stream the server will work on, once it said goodbye. */
  lastStreamId: number;
  /** Streams under way. */
  streams: number;
  /** No new streams; destroyed when the last one under way has ended. */
  retired: boolean;
}

/** Gets a session, or tells why none could be made. Called at once when there is one. */
export type Waiter = (session: Session | undefined, error: string) => void;

/**
 * A connection to one endpoint, made when first needed and made anew, without any delay, by the
 * first call after it was lost. It counts as made when the server's SETTINGS frame arrived: a proxy
 * or a paused process accepts TCP connections too, and what was never sent must be told from what
 * was sent in vain.
 */
export interface Connection {
  /** The returned function withdraws the waiter. */
  acquire(waiter: Waiter): () => void;
  /** No later call uses the session; calls in flight on it go on. */
  retire(session: Session): void;
  close(): void;
}

/** An attempt older than this is joined by another: a lost SYN is resent only after a second. */
const attemptMs = 1000;
const maxAttempts = 3;
const windowBytes = 16 << 20;

export function openConnection(address: string, tls?: Tls): Connection {
  let current: Session | undefined;
  let attempts: ClientHttp2Session[] = [];
  let nextAttempt: NodeJS.Timeout | undefined;
  let waiters = new Set<Waiter>();
  const sessions = new Set<ClientHttp2Session>();

  return {
    acquire(waiter) {
      if (current !== undefined && usable(current.http2)) {
        waiter(current, '');
        return () => {};
      }
      current = undefined;
      waiters.add(waiter);
      if (attempts.length === 0) attempt();
      return () => {
        waiters.delete(waiter);
        if (waiters.size === 0) abandonAttempts();
      };
    },
    retire(session) {
      if (current === session) current = undefined;
      session.retired = true;
      if (session.streams === 0) session.http2.destroy();
    },
    close() {
      abandonAttempts();
      settle(undefined, 'the client was closed');
      for (const session of sessions) session.destroy();
    },
  };

  function attempt(): void {
    const http2 = connect(`${tls === undefined ? 'http' : 'https'}://${address}`, {
      settings: { initialWindowSize: windowBytes },
      ...tls,
    });
    let error = 'connection closed before the server greeted';
    sessions.add(http2);
    attempts.push(http2);
    const lost = (): void => {
      if (!sessions.delete(http2)) return;
      if (current?.http2 === http2) current = undefined;
      attempts = attempts.filter((other) => other !== http2);
      if (attempts.length === 0) settle(undefined, error);
    };
    http2.on('error', (cause) => (error = complaint(cause)));
    http2.once('close', lost);
    // A server that wants a certificate says so after the handshake, and Node then closes the session
    // without any event of its own.
    http2.once('connect', (_session, socket) => {
      socket.once('error', (cause) => {
        error = complaint(cause);
        lost();
      });
    });
    http2.once('remoteSettings', () => {
      // The event comes a tick late: the session may be gone by now.
      if (!attempts.includes(http2) || !usable(http2)) return;
      attempts = attempts.filter((other) => other !== http2);
      http2.setLocalWindowSize(windowBytes);
      current = greeted(http2, address);
      settle(current, '');
      abandonAttempts();
    });
    clearTimeout(nextAttempt);
    nextAttempt = setTimeout(tryAgain, attemptMs);
  }

  function tryAgain(): void {
    if (attempts.length >= maxAttempts) attempts.shift()?.destroy();
    attempt();
  }

  function settle(session: Session | undefined, error: string): void {
    clearTimeout(nextAttempt);
    const settled = waiters;
    waiters = new Set();
    for (const waiter of settled) waiter(session, error);
  }

  function abandonAttempts(): void {
    clearTimeout(nextAttempt);
    const abandoned = attempts;
    attempts = [];
    for (const http2 of abandoned) http2.destroy();
  }
}

/** Without OpenSSL's file names, and without advice about Node's own flags. */
function complaint(cause: Error & { readonly reason?: string }): string {
  return cause.reason ?? messageOf(cause).replace(/; if the root CA .*/, '');
}

function usable(http2: ClientHttp2Session): boolean {
  return !http2.closed && !http2.destroyed;
}

function greeted(http2: ClientHttp2Session, authority: string): Session {
  const session = {
    http2,
    authority,
    lastHeardMs: performance.now(),
    lastStreamId: Number.POSITIVE_INFINITY,
    streams: 0,
    retired: false,
  };
  http2.on('goaway', (_code, lastStreamId) => (session.lastStreamId = lastStreamId));
  return session;
}
