import type { EtcdClient } from '../etcd/client.ts';
import type { HistorySink } from '../history/history.ts';
import { compactNowAndThen } from './compaction.ts';
import { openConnections } from './connections.ts';
import { defragmentNowAndThen, type Defragmented } from './defrag.ts';
import type { Gate } from './gate.ts';
import { liveLeases } from './lease-clients.ts';
import type { LoadTarget } from './load.ts';
import { recordedClient, type RecordedClient } from './recorded-client.ts';
import type { LoadSpec } from './spec.ts';
import { openWatches, type WatchedMember } from './watch-clients.ts';

/** A member with the version of its etcd, which says what can be asked of it. */
export interface VersionedTarget extends LoadTarget {
  readonly version: string;
}

/** What a load does beside its mix. */
export interface Companions {
  /** The members to work at from now on; what is under way elsewhere goes on to its end. */
  moveTo(members: readonly VersionedTarget[]): void;
  /** Ends it all; waits for what is under way, at most until its deadline. */
  stop(): Promise<void>;
}

/** Starts what the load asks for beside its mix: leases, watches, compaction, defragmentation. */
export function startCompanions(options: {
  readonly members: readonly VersionedTarget[];
  readonly spec: LoadSpec;
  readonly seed: number;
  readonly nowMs: () => number;
  readonly sink: HistorySink;
  readonly gate?: Gate;
  readonly onDefragmented: (done: Defragmented) => void;
}): Companions {
  const { members, spec, seed, nowMs, sink, gate, onDefragmented } = options;
  const { leases, watches, compaction, defrag, prefix, deadlineMs } = spec;
  const stopping = new AbortController();
  const { signal } = stopping;
  const connections = openConnections();
  // One place in each for every member, filled anew in place: whoever works at them goes along.
  const clients: EtcdClient[] = [];
  const recorded: RecordedClient[] = [];
  const watched: WatchedMember[] = [];
  const recording = { nowMs, sink, deadlineMs, ...(gate === undefined ? {} : { gate }) };
  const moveTo = (targets: readonly VersionedTarget[]): void => {
    if (targets.length === 0) return;
    const places = connections.to(targets).map((client, index) => ({
      client,
      version: targets[index]?.version ?? '',
    }));
    clients.splice(0, Infinity, ...places.map(({ client }) => client));
    recorded.splice(0, Infinity, ...clients.map((client) => recordedClient(client, recording)));
    watched.splice(0, Infinity, ...places);
  };
  moveTo(members);

  const loops = [
    ...times(leases?.clients, (index) =>
      liveLeases(recorded, {
        index,
        maxTtlSeconds: leases?.maxTtlSeconds ?? 1,
        prefix,
        seed,
        signal,
      }),
    ),
    ...times(watches?.clients, (index) =>
      openWatches(watched, { index, spec, seed, nowMs, sink, signal }),
    ),
  ];
  if (compaction !== undefined) {
    loops.push(compactNowAndThen(recorded, { ...compaction, prefix, signal }));
  }
  if (defrag !== undefined) {
    const { everyMs } = defrag;
    loops.push(defragmentNowAndThen(clients, { everyMs, nowMs, onDone: onDefragmented, signal }));
  }
  return {
    moveTo,
    async stop() {
      stopping.abort();
      await Promise.all(loops);
      await connections.close();
    },
  };
}

function times(
  count: number | undefined,
  start: (index: number) => Promise<void>,
): Promise<void>[] {
  return Array.from({ length: count ?? 0 }, (_, index) => start(index));
}
