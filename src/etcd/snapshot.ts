import { fromBinary } from '@bufbuild/protobuf';
import { acquireAuthorized } from './authorized-call.ts';
import type { EtcdClient } from './client.ts';
import type { CallFailure } from './classify.ts';
import { EtcdError } from './error.ts';
import { Maintenance, SnapshotResponseSchema } from './proto/etcd_pb.js';
import { encoded } from './requests.ts';
import { openStream, type RpcStream } from './stream.ts';

/** More than this is not taken in before it is asked for; beyond it waits in HTTP/2's own window. */
const heldBytes = 1 << 20;

/**
 * A member's snapshot as it streams in: the database file followed by its SHA-256. It comes no
 * faster than it is consumed. Throws `EtcdError`, also when nothing arrives for `idleMs` while more
 * is wanted.
 */
export async function* snapshot(
  client: EtcdClient,
  { idleMs }: { readonly idleMs: number },
): AsyncGenerator<Uint8Array, void> {
  const { path, framed } = encoded(Maintenance.method.snapshot, {});
  let chunks: Uint8Array[] = [];
  let held = 0;
  let end: { readonly failure: CallFailure | undefined } | undefined;
  let news = Promise.withResolvers<void>();
  let stream: RpcStream | undefined;
  const finish = (failure: CallFailure | undefined): void => {
    end ??= { failure };
    news.resolve();
  };
  const withdraw = acquireAuthorized(client, (session, headers, error) => {
    if (session === undefined) return finish({ kind: 'never-sent', message: error });
    stream = openStream(session, path, headers, {
      onMessage(message) {
        const { blob } = fromBinary(SnapshotResponseSchema, message);
        chunks.push(blob);
        held += blob.byteLength;
        if (held > heldBytes) stream?.pause();
        news.resolve();
      },
      onEnd: finish,
    });
    stream.end(framed);
  });
  const idle = (): void => {
    finish({ kind: 'deadline', message: `nothing of the snapshot arrived for ${idleMs} ms` });
  };
  try {
    while (true) {
      const taken = chunks;
      chunks = [];
      held = 0;
      yield* taken;
      if (chunks.length > 0) continue;
      if (end !== undefined) break;
      stream?.resume();
      const timer = setTimeout(idle, idleMs);
      await news.promise.finally(() => clearTimeout(timer));
      news = Promise.withResolvers<void>();
    }
    if (end.failure !== undefined)
      throw new EtcdError('Snapshot', client.target.member, end.failure);
  } finally {
    withdraw();
    stream?.cancel();
  }
}
