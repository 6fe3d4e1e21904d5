import type { CallFailure } from './classify.ts';
import type { Connection, Session } from './connection.ts';
import { openStream, type RpcStream } from './stream.ts';

/** One answer, or why there is none. */
export type CallEnd =
  | { readonly kind: 'answer'; readonly message: Buffer }
  | { readonly kind: 'failure'; readonly failure: CallFailure };

/**
 * Sends one framed message to one endpoint, once, and settles with the answer, the failure, or at
 * the deadline: `never-sent` when no connection came about by then.
 */
export function call(
  connection: Connection,
  path: string,
  framed: Buffer,
  options: { readonly deadlineMs: number; readonly metadata?: readonly string[] },
): Promise<CallEnd> {
  return new Promise((resolve) => {
    let stream: RpcStream | undefined;
    let session: Session | undefined;
    let message: Buffer | undefined;
    let sentMs = 0;

    const settle = (end: CallEnd): void => {
      clearTimeout(timer);
      resolve(end);
    };
    const fail = (failure: CallFailure): void => settle({ kind: 'failure', failure });
    const timer = setTimeout(onDeadline, options.deadlineMs);
    const withdraw = connection.acquire((acquired, error) => {
      if (acquired === undefined) return fail({ kind: 'never-sent', message: error });
      session = acquired;
      sentMs = performance.now();
      stream = openStream(acquired, path, options.metadata ?? [], {
        onMessage: (received) => (message = received),
        onEnd: (failure) => {
          // A connection that takes no more streams, e.g. because it ran out of numbers for them.
          if (failure?.kind === 'never-sent') connection.retire(acquired);
          if (failure !== undefined) fail(failure);
          else if (message !== undefined) settle({ kind: 'answer', message });
          else fail({ kind: 'lost', message: 'the answer was empty' });
        },
      });
      stream.end(framed);
    });

    function onDeadline(): void {
      if (stream === undefined || session === undefined) {
        withdraw();
        const waited = `no connection within ${options.deadlineMs} ms`;
        return fail({ kind: 'never-sent', message: waited });
      }
      stream.cancel();
      // A connection on which nothing at all arrived meanwhile may be dead without knowing it.
      if (session.lastHeardMs < sentMs) connection.retire(session);
      fail({ kind: 'deadline', message: `no answer within ${options.deadlineMs} ms` });
    }
  });
}
