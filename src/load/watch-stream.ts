import { DrillError, exitCode } from '../errors.ts';
import type { EtcdClient } from '../etcd/client.ts';
import type { HistorySink } from '../history/history.ts';
import type { WatchRecord, WatchRequest } from '../history/operation.ts';
import { eventually } from '../wait.ts';

/** A stream of watches at one member, every response of it recorded; it is never resumed. */
export interface WatchStream extends Disposable {
  /** As the history names it. */
  readonly name: string;
  /** The highest revision of an event that it was sent; 0 before the first. */
  seenRevision(): number;
  /** The highest revision that any header on it named. */
  headerRevision(): number;
  /** Another watch on the same stream. */
  add(request: WatchRequest): void;
  /** Asks for a progress notification (etcd 3.4 and later). */
  progress(): void;
  /** Waits until etcd has answered the first watch; a stream that ends before is an error. */
  created(options: { readonly withinMs: number; readonly signal?: AbortSignal }): Promise<void>;
  /** Waits for an event of `revision` or later; a stream that ends before is an error. */
  reaches(
    revision: number,
    options: { readonly withinMs: number; readonly signal?: AbortSignal },
  ): Promise<void>;
  /** Why nothing more comes on it; undefined while it lives. */
  endedBy(): string | undefined;
}

export interface WatchStreamOptions {
  readonly nowMs: () => number;
  readonly sink: HistorySink;
  /** Unique names come of it: `timeline-1`. Without spaces. */
  readonly label: string;
}

let opened = 0;

export function openWatchStream(
  client: EtcdClient,
  request: WatchRequest,
  { nowMs, sink, label }: WatchStreamOptions,
): WatchStream {
  const name = `${label}-${++opened}`;
  const { member } = client.target;
  let seenRevision = 0;
  let headerRevision = 0;
  let isCreated = false;
  let ended: string | undefined;

  const onRecord = (record: WatchRecord): void => {
    sink.watch(record);
    if (record.kind === 'created') isCreated = true;
    if (record.kind === 'canceled') ended = whyCanceled(record);
    headerRevision = Math.max(headerRevision, record.revision);
    for (const event of record.events) {
      const revision = event.type === 'put' ? event.kv.modRevision : event.modRevision;
      seenRevision = Math.max(seenRevision, revision);
    }
  };
  const handle = client.watch(request, {
    stream: name,
    nowMs,
    onRecord,
    onEnd: (end) => (ended = end?.message ?? 'ended by etcd'),
  });
  const until = async (
    subject: string,
    options: { readonly withinMs: number; readonly signal?: AbortSignal },
    reached: () => boolean,
  ): Promise<void> => {
    await eventually({ subject, code: exitCode.inconclusive, everyMs: 20, ...options }, () => {
      if (reached()) return true;
      if (ended === undefined) return undefined;
      throw new DrillError(
        `${subject} cannot come any more: the stream is gone (${ended})`,
        exitCode.inconclusive,
      );
    });
  };
  return {
    name,
    seenRevision: () => seenRevision,
    headerRevision: () => headerRevision,
    add: (added) => handle.add(added),
    progress: () => handle.progress(),
    created: (options) => until(`The watch ${name} at ${member}`, options, () => isCreated),
    reaches: (revision, options) =>
      until(
        `An event of revision ${revision} on the watch ${name} at ${member}`,
        options,
        () => seenRevision >= revision,
      ),
    endedBy: () => ended,
    [Symbol.dispose]: () => handle.close(),
  };
}

/** A watch from a compacted revision is canceled without words: they are those of etcd's own client. */
function whyCanceled({ compactRevision, reason }: WatchRecord): string {
  if (compactRevision !== undefined)
    return `required revision has been compacted, up to ${compactRevision}`;
  return reason ?? 'canceled by etcd';
}
