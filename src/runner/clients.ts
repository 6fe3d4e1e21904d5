import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { type ApplicationReport, startApplication } from '../load/application.ts';
import { lacking } from '../load/abilities.ts';
import { startCompanions, type VersionedTarget } from '../load/companions.ts';
import { finalRead } from '../load/final-read.ts';
import { askLeftovers, mostLeftovers } from '../load/ask-leftovers.ts';
import { openGate } from '../load/gate.ts';
import { type LoadCounts, startLoad } from '../load/load.ts';
import type { LoadSpec } from '../load/spec.ts';
import { seenRevisions } from '../load/seen-revisions.ts';
import { startWatchers } from '../load/watchers.ts';
import { firstRevision, type EpochStart } from '../history/epoch.ts';
import { begin } from './begin.ts';
import { beginEpoch, type EpochPlan } from './begin-epoch.ts';
import { observeFinalState } from './final-state.ts';
import type { Recorder } from './recorder.ts';
import type { UndoStack } from './undo-stack.ts';

/**
 * Everything that uses the cluster while it is broken: the load, a watcher per member, an application.
 * All but the application go along when members come and go: every member is watched, and the load
 * is spread over those that vote. The application keeps the endpoints it was started with, as real
 * ones do.
 */
export interface Clients {
  progress(): LoadCounts;
  /** Stops the load and records what the cluster is like after it, as the assertions need it. */
  lookAtTheEnd(cluster: Cluster): Promise<void>;
  /** See the stage's. */
  beginEpoch(
    cluster: Cluster,
    plan: EpochPlan,
    start: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<EpochStart>;
}

const watchersCatchUpMs = 10_000;
const leftoversWithinMs = 5_000;

/** Sets the clients to work on the members; their end is registered before they begin. */
export async function startClients(
  cluster: Cluster,
  spec: LoadSpec,
  seed: number,
  recorder: Recorder,
  undo: UndoStack,
): Promise<Clients> {
  const { nowMs, write } = recorder;
  const seen = seenRevisions(recorder.history);
  const { sink } = seen;
  const members = targetsOf(cluster.voters());
  const known = new Set<string>();
  const noteAbilities = (targets: readonly VersionedTarget[]): void => {
    for (const target of targets.filter(({ name }) => !known.has(name))) {
      known.add(target.name);
      for (const { member, ...data } of notApplicable(target))
        write({ type: 'observation', t: nowMs(), name: 'not-applicable', member, data });
    }
  };
  noteAbilities(members);
  const started = <T extends { stop(): Promise<unknown> }>(
    what: string,
    start: () => T | Promise<T>,
  ) => begin(undo, `stop ${what}`, start, (running) => running.stop());
  let watchers = await started('the watchers', () => startWatchers({ members, nowMs, sink }));
  let epoch = 1;
  const gate = openGate();
  const load = await started('the load', () =>
    startLoad({ members, spec, seed, nowMs, sink, gate }),
  );
  const companions = await started('what goes on beside the load', () =>
    startCompanions({
      members,
      spec,
      seed,
      nowMs,
      sink,
      gate,
      onDefragmented: ({ member, ...data }) =>
        write({ type: 'observation', t: nowMs(), name: 'defragmented', member, data }),
    }),
  );
  const application = await started('the application', () => startApplication({ members, nowMs }));
  cluster.onMembership(() => {
    const present = targetsOf(cluster.present());
    const voters = targetsOf(cluster.voters());
    noteAbilities(present);
    watchers.follow(present);
    load.moveTo(voters);
    companions.moveTo(voters);
  });
  write({ type: 'load.started', t: nowMs(), clients: spec.clients, description: describe(spec) });

  return {
    progress: () => load.counts(),
    async beginEpoch(now, plan, start, signal) {
      undo.defer('let held clients go on', async () => gate.release());
      gate.hold();
      try {
        await watchers.stop();
        epoch += 1;
        const number = epoch;
        const began = await beginEpoch(plan, start, { cluster: now, recorder, number, signal });
        const startRevision = began.unknownBecause === undefined ? firstRevision(began) + 1 : 1;
        seen.restartFrom(Math.max(1, startRevision - 1));
        watchers = await started(`the watchers of epoch ${number}`, () =>
          startWatchers({
            members: targetsOf(now.present()),
            nowMs,
            sink,
            startRevision,
            epoch: number,
          }),
        );
        return began;
      } finally {
        gate.release();
      }
    },
    async lookAtTheEnd(now) {
      const sentUntilMs = nowMs();
      const [counts] = await Promise.all([load.stop(), companions.stop()]);
      write({ type: 'load.ended', t: nowMs(), sentUntilMs, counts: { ...counts } });
      const data = flat(await application.stop());
      write({ type: 'observation', t: nowMs(), name: 'application', data });
      const revision = await finalRead({ members: targetsOf(now.voters()), spec, nowMs, sink });
      for (const { member, seenRevision } of await watchers.caughtUpTo(
        revision,
        watchersCatchUpMs,
      )) {
        const message = `the watcher of ${member} ended at revision ${seenRevision}, before ${revision}`;
        write({ type: 'warning', t: nowMs(), message });
      }
      const leftovers = seen.missing(revision, mostLeftovers);
      if (leftovers.length > 0) {
        const asked = await askLeftovers(
          now.voters().map(({ client }) => client),
          leftovers,
          { nowMs, sink, withinMs: leftoversWithinMs },
        );
        write({ type: 'observation', t: nowMs(), name: 'leftovers', data: { ...asked } });
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

const targetsOf = (members: readonly Member[]): VersionedTarget[] =>
  members.map(({ name, clientAddress, image }) => ({
    name,
    address: clientAddress,
    version: image.version,
  }));

/** What a member's etcd is too old for: neither exercised by the load nor silently passed. */
function notApplicable({ name, version }: VersionedTarget) {
  return lacking(version).map(({ ability, since }) => ({ member: name, ability, version, since }));
}

function describe({ mix, leases, watches, compaction, defrag }: LoadSpec): string {
  return [
    ...Object.entries(mix).map(([kind, weight]) => `${weight} ${kind}`),
    ...(leases === undefined ? [] : [`${leases.clients} clients with leases`]),
    ...(watches === undefined ? [] : [`${watches.clients} clients that watch`]),
    ...(compaction === undefined ? [] : ['compaction']),
    ...(defrag === undefined ? [] : ['defragmentation']),
  ].join(', ');
}
