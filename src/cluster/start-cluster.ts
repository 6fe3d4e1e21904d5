import type { EtcdImage } from '../engine/engine.ts';
import { DrillError } from '../errors.ts';
import type { JournalEvent } from '../journal/events.ts';
import { begin } from '../runner/begin.ts';
import { eventually } from '../wait.ts';
import { allSettled } from './all-settled.ts';
import { buildMember, buildPod, peerUrl } from './build-member.ts';
import { type Cluster, clusterOf, membershipChange } from './cluster.ts';
import type { ClusterStart } from './cluster-start.ts';
import { awaitFirstLeader } from './first-leader.ts';
import { etcdCommand } from './flags.ts';
import { type Foundation, layFoundation } from './foundation.ts';
import { knownFlags } from './known-flags.ts';
import type { Member } from './member.ts';
import { type Observer, startObserver } from './observer.ts';

/** A cluster that has a leader, and the mark that keeps it after the run. */
export interface StartedCluster {
  readonly cluster: Cluster;
  readonly keep: Foundation['keep'];
}

/**
 * Starts a cluster: foundation, then all sidecars, then all etcds, so that every member finds its
 * peers from its first packet on. What cannot be started is refused before anything is made.
 */
export async function startCluster(start: ClusterStart): Promise<StartedCluster> {
  const { undo, nowMs, write, signal } = start;
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
  signal.throwIfAborted();
  await allSettled(members.map((member) => member.start()));

  const observer = await begin(
    undo,
    'stop observing',
    () => startObserver(() => members, nowMs, write),
    (started) => started[Symbol.asyncDispose](),
  );
  await awaitFirstLeader(members, observer, signal);
  write(startedEvent(nowMs(), members, observer));

  let injected = 0;
  const nextId = (): string => `f${++injected}`;
  const faults = { nowMs, write, undo, nextId, leader: () => observer.majority() };
  const grow = growing(start, foundation, members);
  return { cluster: clusterOf({ members, observer, faults, signal, grow }), keep: foundation.keep };
}

const imageOf = ({ images }: ClusterStart, index: number): EtcdImage =>
  images[index] ?? images.at(-1) ?? images[0];

async function refuseUnknownFlags({ engine, spec, images }: ClusterStart): Promise<void> {
  const place = { name: '', address: '', token: '', initialCluster: [], state: 'new' as const };
  for (const image of new Set(images))
    etcdCommand(spec, place, await knownFlags(engine, image, spec), image.version);
}

/** Adds members to a started cluster, under names that were never used in it. */
function growing(start: ClusterStart, foundation: Foundation, members: Member[]) {
  let count = members.length;
  return async (learner: boolean, image = imageOf(start, count)): Promise<Member> => {
    const name = `m${++count}`;
    const asked = members.find((member) => member.state === 'running');
    if (!asked) throw new DrillError(`${name} cannot be added: no member is running.`);
    const pod = await buildPod(start, foundation, name);
    const initialCluster = [...members.map(peerUrl), peerUrl(pod)];
    const peerUrls = [`http://${pod.address}:2380`];
    const wait = membershipChange(`${name} in the membership`, start.signal);
    await eventually(wait, () => asked.admin.memberAdd({ peerUrls, learner }));
    const member = await buildMember(start, pod, image, { initialCluster, state: 'existing' });
    members.push(member);
    await member.start();
    return member;
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
