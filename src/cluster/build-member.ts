import type { EtcdImage } from '../engine/engine.ts';
import { messageOf } from '../errors.ts';
import { begin } from '../runner/begin.ts';
import type { ClusterStart } from './cluster-start.ts';
import { createEtcdContainer } from './etcd-container.ts';
import { type Joining, etcdCommand } from './flags.ts';
import type { Foundation } from './foundation.ts';
import { knownFlags } from './known-flags.ts';
import { openMemberLog } from './logs.ts';
import { type Member, type MemberContext, createMember } from './member.ts';
import { type Pod, createPod } from './pod.ts';
import { flagName, refuseOwnedFlags } from './spec.ts';

/** Makes the pod of a member: everything of it but etcd. */
export async function buildPod(
  start: ClusterStart,
  { helper, tools }: Foundation,
  name: string,
): Promise<Pod> {
  const { engine, identity, toolbox, publish, undo, nowMs, write, log, signal } = start;
  const onLost = (member: string, error: unknown): void => {
    const message = `the lease of ${member} can no longer be renewed: ${messageOf(error)}`;
    write({ type: 'warning', t: nowMs(), message });
  };
  const context = { engine, identity, toolbox, publish, helper, tools, log, onLost, signal };
  return begin(
    undo,
    `close the session with ${name}`,
    () => createPod(name, start.spec, context),
    (pod) => pod[Symbol.asyncDispose](),
  );
}

/** Makes the member of a pod: its log is open, its container is created, etcd is not started. */
export async function buildMember(
  start: ClusterStart,
  pod: Pod,
  image: EtcdImage,
  joins: Joining,
): Promise<Member> {
  const { engine, identity, spec, undo, nowMs, write, signal } = start;
  const { name, address, volumes } = pod;
  const log = await begin(
    undo,
    `close the log of ${name}`,
    () => openMemberLog(name, start.logFolder, nowMs, write),
    (opened) => opened[Symbol.asyncDispose](),
  );

  let place = { name, address, token: identity.run, ...joins };
  const plan: MemberContext['plan'] = async (chosen, flags = [], joining = place, openFiles) => {
    // For a while a member may write snapshots more often than the spec says, or etcd by itself.
    refuseOwnedFlags(
      'restart',
      flags.filter((flag) => flagName(flag) !== 'snapshot-count'),
    );
    const asked = { ...spec, extraFlags: [...spec.extraFlags, ...flags] };
    const known = await knownFlags(engine, chosen, asked);
    place = { ...place, ...joining };
    const command = etcdCommand(asked, place, known, chosen.version);
    const changed = flags.length > 0 || openFiles !== undefined;
    const usual = changed ? etcdCommand(spec, place, known, chosen.version) : undefined;
    return async () => {
      signal.throwIfAborted();
      return createEtcdContainer(
        engine,
        identity,
        name,
        chosen,
        command,
        volumes,
        spec,
        openFiles,
        usual,
      );
    };
  };
  return begin(
    undo,
    `let go of ${name}`,
    () => createMember(pod, image, { engine, nowMs, write, log, plan }),
    (member) => member[Symbol.asyncDispose](),
  );
}

/** `name=http://address:2380`, as `--initial-cluster` wants it. */
export const peerUrl = ({ name, address }: { name: string; address: string }): string =>
  `${name}=http://${address}:2380`;
