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

/**
 * Streams of watches at one member, one after the other, until `signal`: each of a kind that the
 * member's version knows, each cut after a few seconds. What is asked follows from the seed and from
 * the revisions seen; every response is recorded.
 */
export async function openWatches(
  client: EtcdClient,
  options: {
    readonly index: number;
    /** Of the member's etcd. */
    readonly version: string;
    readonly spec: LoadSpec;
    readonly seed: number;
    readonly nowMs: () => number;
    readonly sink: HistorySink;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { index, version, spec, nowMs, sink, signal } = options;
  const random = seededRandom(options.seed + Math.imul(index + 1, 0xc2b2ae35));
  const kinds = watchKindsOf(version);
  let lastRevision = 0;

  const open = (...[first, ...others]: ReturnType<typeof watchRequests>): WatchStream => {
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
    const kind = kinds[turn % kinds.length] ?? 'prefix';
    const requests = watchRequests(kind, spec, lastRevision, random);
    const stream = open(...requests);
    await hold(stream, kind);
    const seen = stream.seenRevision();
    if (kind !== 'resumed' || seen === 0 || signal.aborted) continue;
    await hold(open({ ...requests[0], startRevision: seen + 1 }), kind);
  }
}
