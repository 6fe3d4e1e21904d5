import type { EtcdImage } from '../engine/engine.ts';
import type { JournalEvent } from '../journal/events.ts';
import { begin } from '../runner/begin.ts';
import type { Phase } from '../runner/stage.ts';
import { allSettled } from './all-settled.ts';
import { buildMember, buildPod, peerUrl } from './build-member.ts';
import { type Cluster, clusterOf } from './cluster.ts';
import type { ClusterStart } from './cluster-start.ts';
import { awaitFirstLeader } from './first-leader.ts';
import { etcdCommand } from './flags.ts';
import { type Foundation, layFoundation } from './foundation.ts';
import { knownFlags } from './known-flags.ts';
import type { Member } from './member.ts';
import { type MembershipParts, openMembership } from './membership.ts';
import { type Observer, startObserver } from './observer.ts';

/** A cluster that has a leader, and the mark that keeps it after the run. */
export interface StartedCluster {
  readonly cluster: Cluster;
  readonly keep: Foundation['keep'];
}

/** A cluster whose members have their pods, disks and containers, and were never started. */
export interface PreparedCluster {
  readonly members: readonly Member[];
  /** Starts every member and waits for a leader; `phase` measures both. */
  start(phase?: Phase): Promise<StartedCluster>;
}

/** Starts a cluster, empty. */
export async function startCluster(start: ClusterStart): Promise<StartedCluster> {
  const prepared = await prepareCluster(start);
  return prepared.start();
}

/**
 * Makes a cluster up to its start: foundation, then all sidecars, then all etcds, so that every
 * member finds its peers from its first packet on. Until it is started, its disks can be filled from
 * a snapshot (`restoreFiles`). What cannot be started is refused before anything is made.
 */
export async function prepareCluster(start: ClusterStart): Promise<PreparedCluster> {
  await refuseUnknownFlags(start);

  const foundation = await layFoundation(start);
  const names = Array.from({ length: start.spec.members }, (_, index) => `m${index + 1}`);
  const pods = await allSettled(names.map((name) => buildPod(start, foundation, name)));
  const initialCluster = pods.map(peerUrl);
  const members = await allSettled(
    pods.map((pod, index) =>
      buildMember(start, pod, imageOf(start, index), { initialCluster, state: 'new' }),
    ),
  );
  return { members, start: (phase = unmeasured) => raise(start, foundation, members, phase) };
}

const unmeasured: Phase = (_name, body) => body();

async function raise(
  start: ClusterStart,
  foundation: Foundation,
  members: Member[],
  phase: Phase,
): Promise<StartedCluster> {
  const { undo, nowMs, write, signal } = start;
  signal.throwIfAborted();
  await phase('start', () => allSettled(members.map((member) => member.start())));

  const make = making(start, foundation);
  const membership = openMembership({ members, make, nowMs, write, signal });
  const observer = await begin(
    undo,
    'stop observing',
    () =>
      startObserver(
        () => members,
        nowMs,
        write,
        (member) => membership.voters().includes(member),
      ),
    (started) => started[Symbol.asyncDispose](),
  );
  await phase('elect', () => awaitFirstLeader(members, observer, signal));
  write(startedEvent(nowMs(), members, observer));

  let injected = 0;
  const nextId = (): string => `f${++injected}`;
  const faults = { nowMs, write, undo, nextId, leader: () => observer.majority() };
  const cluster = clusterOf({ members, membership, observer, faults, signal });
  return { cluster, keep: foundation.keep };
}

const imageOf = ({ images }: ClusterStart, index: number): EtcdImage =>
  images[index] ?? images.at(-1) ?? images[0];

async function refuseUnknownFlags({ engine, spec, images }: ClusterStart): Promise<void> {
  const place = { name: '', address: '', token: '', initialCluster: [], state: 'new' as const };
  for (const image of new Set(images))
    etcdCommand(spec, place, await knownFlags(engine, image, spec), image.version);
}

/** Makes members that join a started cluster, under names that were never used in it. */
function making(start: ClusterStart, foundation: Foundation): MembershipParts['make'] {
  let count = start.spec.members;
  return async (image = imageOf(start, count), others) => {
    const pod = await buildPod(start, foundation, `m${++count}`);
    const initialCluster = [...others, peerUrl(pod)];
    return buildMember(start, pod, image, { initialCluster, state: 'existing' });
  };
}

function startedEvent(t: number, members: readonly Member[], observer: Observer): JournalEvent {
  return {
    type: 'cluster.started',
    t,
    members: members.map(({ name, image, clientAddress, address }) => ({
      name,
      id: observer.ids().get(name) ?? '',
      version: image.version,
      image: image.reference,
      clientAddress,
      peerAddress: `${address}:2380`,
    })),
  };
}
