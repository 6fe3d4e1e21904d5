import { setTimeout as pause } from 'node:timers/promises';
import type { EtcdClient } from '../etcd/client.ts';
import type { HistorySink } from '../history/history.ts';
import { seededRandom } from '../runner/random.ts';
import type { LoadSpec } from './spec.ts';
import { watchKindsOf, watchRequests, type WatchKind } from './watch-kinds.ts';
import { openWatchStream, type WatchStream } from './watch-stream.ts';

const shortestMs = 500;
const longestMs = 3000;
const progressEveryMs = 250;

/** A member to watch at, with the version of its etcd. */
export interface WatchedMember {
  readonly client: EtcdClient;
  readonly version: string;
}

/**
 * Streams of watches, one after the other, until `signal`, each at the `index`th of `members` as they
 * are by then: of a kind that the member's version knows, cut after a few seconds. What is asked
 * follows from the seed and from the revisions seen; every response is recorded.
 */
export async function openWatches(
  members: readonly WatchedMember[],
  options: {
    readonly index: number;
    readonly spec: LoadSpec;
    readonly seed: number;
    readonly nowMs: () => number;
    readonly sink: HistorySink;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { index, spec, nowMs, sink, signal } = options;
  const random = seededRandom(options.seed + Math.imul(index + 1, 0xc2b2ae35));
  let lastRevision = 0;

  const open = (
    client: EtcdClient,
    ...[first, ...others]: ReturnType<typeof watchRequests>
  ): WatchStream => {
    const stream = openWatchStream(client, first, { nowMs, sink, label: `watch${index}` });
    for (const other of others) stream.add(other);
    return stream;
  };
  const hold = async (stream: WatchStream, kind: WatchKind): Promise<void> => {
    const untilMs = nowMs() + shortestMs + random.integer(longestMs - shortestMs);
    while (nowMs() < untilMs && !signal.aborted) {
      if (kind === 'progress') stream.progress();
      const leftMs = Math.max(1, Math.min(progressEveryMs, untilMs - nowMs()));
      await pause(leftMs, undefined, { signal }).catch(() => undefined); // stopped
    }
    stream[Symbol.dispose]();
    lastRevision = Math.max(lastRevision, stream.headerRevision());
  };
  // Begins at another kind than its neighbours, so that a short run has them all.
  for (let turn = index; !signal.aborted; turn += 1) {
    const member = members[index % members.length];
    if (member === undefined) throw new Error('a load has one member at least');
    const kinds = watchKindsOf(member.version);
    const kind = kinds[turn % kinds.length] ?? 'prefix';
    const requests = watchRequests(kind, spec, lastRevision, random);
    const stream = open(member.client, ...requests);
    await hold(stream, kind);
    const seen = stream.seenRevision();
    if (kind !== 'resumed' || seen === 0 || signal.aborted) continue;
    await hold(open(member.client, { ...requests[0], startRevision: seen + 1 }), kind);
  }
}
