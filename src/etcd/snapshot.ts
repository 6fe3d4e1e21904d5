import { fromBinary } from '@bufbuild/protobuf';
import type { EtcdClient } from './client.ts';
import type { CallFailure } from './classify.ts';
import { EtcdError } from './error.ts';
import { Maintenance, SnapshotResponseSchema } from './proto/etcd_pb.js';
import { encoded } from './requests.ts';
import { openStream, type RpcStream } from './stream.ts';

/**
 * A member's snapshot as it streams in: the database file followed by its SHA-256. Throws
 * `EtcdError`, also when it is not whole within `deadlineMs`. What is not consumed is held in
 * memory.
 */
export async function* snapshot(
  client: EtcdClient,
  { deadlineMs }: { readonly deadlineMs: number },
): AsyncGenerator<Uint8Array, void> {
  const { path, framed } = encoded(Maintenance.method.snapshot, {});
  const chunks: Uint8Array[] = [];
  let end: { readonly failure: CallFailure | undefined } | undefined;
  let news = Promise.withResolvers<void>();
  let stream: RpcStream | undefined;
  const finish = (failure: CallFailure | undefined): void => {
    end ??= { failure };
    news.resolve();
  };
  const withdraw = client.connection.acquire((session, error) => {
    if (session === undefined) return finish({ kind: 'never-sent', message: error });
    stream = openStream(session, path, [], {
      onMessage(message) {
        chunks.push(fromBinary(SnapshotResponseSchema, message).blob);
        news.resolve();
      },
      onEnd: finish,
    });
    stream.end(framed);
  });
  const timer = setTimeout(() => {
    finish({ kind: 'deadline', message: `snapshot not whole within ${deadlineMs} ms` });
  }, deadlineMs);
  try {
    while (true) {
      yield* chunks.splice(0);
      if (chunks.length > 0) continue;
      if (end !== undefined) break;
      await news.promise;
      news = Promise.withResolvers<void>();
    }
    if (end.failure !== undefined)
      throw new EtcdError('Snapshot', client.target.member, end.failure);
  } finally {
    clearTimeout(timer);
    withdraw();
    stream?.cancel();
  }
}
