import { openClient } from '../etcd/client.ts';
import type { HistorySink } from '../history/history.ts';
import { compactNowAndThen } from './compaction.ts';
import { defragmentNowAndThen, type Defragmented } from './defrag.ts';
import type { Gate } from './gate.ts';
import { liveLeases } from './lease-clients.ts';
import type { LoadTarget } from './load.ts';
import { recordedClient } from './recorded-client.ts';
import type { LoadSpec } from './spec.ts';
import { openWatches } from './watch-clients.ts';

/** A member with the version of its etcd, which says what can be asked of it. */
export interface VersionedTarget extends LoadTarget {
  readonly version: string;
}

/** What a load does beside its mix. */
export interface Companions {
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
  const clients = members.map(({ name, address }) => openClient({ member: name, address }));
  const recorded = clients.map((client) =>
    recordedClient(client, { nowMs, sink, deadlineMs, ...(gate === undefined ? {} : { gate }) }),
  );

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
    ...times(watches?.clients, async (index) => {
      const client = clients[index % clients.length];
      const version = members[index % members.length]?.version;
      if (client === undefined || version === undefined) return;
      await openWatches(client, { index, version, spec, seed, nowMs, sink, signal });
    }),
  ];
  if (compaction !== undefined) {
    loops.push(compactNowAndThen(recorded, { ...compaction, prefix, signal }));
  }
  if (defrag !== undefined) {
    const { everyMs } = defrag;
    loops.push(defragmentNowAndThen(clients, { everyMs, nowMs, onDone: onDefragmented, signal }));
  }
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
      for (const client of clients) await client[Symbol.asyncDispose]();
    },
  };
}

function times(
  count: number | undefined,
  start: (index: number) => Promise<void>,
): Promise<void>[] {
  return Array.from({ length: count ?? 0 }, (_, index) => start(index));
}
