import type { Cluster } from '../cluster/cluster.ts';
import { type ApplicationReport, startApplication } from '../load/application.ts';
import { finalRead } from '../load/final-read.ts';
import { type LoadCounts, startLoad } from '../load/load.ts';
import type { LoadSpec } from '../load/spec.ts';
import { startWatchers } from '../load/watchers.ts';
import { observeFinalState } from './final-state.ts';
import type { Recorder } from './recorder.ts';
import type { UndoStack } from './undo-stack.ts';

/** Everything that uses the cluster while it is broken: the load, a watcher per member, an application. */
export interface Clients {
  progress(): LoadCounts;
  /** Stops the load and records what the cluster is like after it, as the assertions need it. */
  lookAtTheEnd(cluster: Cluster): Promise<void>;
}

const watchersCatchUpMs = 10_000;

/** Sets the clients to work on every member; their end is registered before they begin. */
export async function startClients(
  cluster: Cluster,
  spec: LoadSpec,
  seed: number,
  { nowMs, write, history: sink }: Recorder,
  undo: UndoStack,
): Promise<Clients> {
  const members = cluster.members.map(({ name, clientAddress }) => ({
    name,
    address: clientAddress,
  }));
  const watchers = startWatchers({ members, nowMs, sink });
  undo.defer('stop the watchers', () => watchers.stop());
  const load = startLoad({ members, spec, seed, nowMs, sink });
  undo.defer('stop the load', async () => void (await load.stop()));
  const application = await startApplication({ members, nowMs });
  undo.defer('stop the application', async () => void (await application.stop()));
  const description = Object.entries(spec.mix)
    .map(([kind, weight]) => `${weight} ${kind}`)
    .join(', ');
  write({ type: 'load.started', t: nowMs(), clients: spec.clients, description });

  return {
    progress: () => load.counts(),
    async lookAtTheEnd(now) {
      const counts = await load.stop();
      write({ type: 'load.ended', t: nowMs(), counts: { ...counts } });
      const data = flat(await application.stop());
      write({ type: 'observation', t: nowMs(), name: 'application', data });
      const revision = await finalRead({ members, spec, nowMs, sink });
      for (const { member, seenRevision } of await watchers.caughtUpTo(
        revision,
        watchersCatchUpMs,
      )) {
        const message = `the watcher of ${member} ended at revision ${seenRevision}, before ${revision}`;
        write({ type: 'warning', t: nowMs(), message });
      }
      await observeFinalState(now, revision, nowMs, write);
    },
  };
}

const flat = ({ answered, failed, longestGap, errors }: ApplicationReport) => ({
  answered,
  failed,
  longestGapStartMs: longestGap.startMs,
  longestGapMs: longestGap.durationMs,
  errors: [...errors],
});
