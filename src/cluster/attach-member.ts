import type Docker from 'dockerode';
import type { Engine, EtcdImage } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { DrillError } from '../errors.ts';
import type { JournalEvent } from '../journal/events.ts';
import type { Logger } from 'pino';
import { begin } from '../runner/begin.ts';
import type { UndoStack } from '../runner/undo-stack.ts';
import { diskOf } from './disks.ts';
import { docker } from './docker-errors.ts';
import { openFilesLimit } from './etcd-container.ts';
import { openMemberLog } from './logs.ts';
import { type Member, type MemberContext, type MemberState, createMember } from './member.ts';
import { type RunIdentity, nameOf } from './naming.ts';
import type { Pod } from './pod.ts';
import type { Session } from './session.ts';
import { reachSidecar } from './sidecar.ts';
import { refuseOwnedFlags } from './spec.ts';
import type { ToolsOpener } from './tools.ts';
import { sameOptions, usualLabel, usualOptions } from './usual-options.ts';

export interface MemberAttachment {
  readonly engine: Engine;
  readonly identity: RunIdentity;
  readonly helper: Session;
  readonly tools: ToolsOpener;
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly write: (event: JournalEvent) => void;
  readonly undo: UndoStack;
}

/** A member whose two containers are there already. */
export async function attachMember(
  name: string,
  { etcd, sidecar }: { readonly etcd: Docker.Container; readonly sidecar: Docker.Container },
  attachment: MemberAttachment,
): Promise<Member> {
  const { engine, undo, nowMs, write } = attachment;
  const pod = await begin(
    undo,
    `close the session with ${name}`,
    () => attachPod(name, sidecar, attachment),
    (opened) => opened[Symbol.asyncDispose](),
  );
  const info = await docker(engine, `inspect ${pod.etcdName}`, () => etcd.inspect());
  const image: EtcdImage = {
    reference: info.Config.Image,
    version: info.Config.Labels[labels.version] ?? '',
    source: info.Config.Labels[labels.source] ?? '',
  };
  const log = await begin(
    undo,
    `close the log of ${name}`,
    () => openMemberLog(name, undefined, nowMs, write),
    (opened) => opened[Symbol.asyncDispose](),
  );
  await log.follow(etcd);
  const usual = usualOptions(info) ?? sameOptions(info);
  /** The container as its run made it, with further flags. */
  const plan: MemberContext['plan'] = async (chosen, flags = [], joining, openFiles) => {
    refuseOwnedFlags('restart', flags);
    if (chosen.reference !== image.reference || joining)
      throw new DrillError(
        `${name} cannot be made another member, or of another etcd, from outside.`,
      );
    const command = [usual.Entrypoint ?? []].flat();
    const changed = {
      ...usual,
      Entrypoint: [...command, ...flags],
      Labels: { ...usual.Labels, ...usualLabel(command) },
      HostConfig: {
        ...usual.HostConfig,
        ...(openFiles === undefined ? {} : { Ulimits: [openFilesLimit(openFiles)] }),
      },
    };
    const options = flags.length === 0 && openFiles === undefined ? usual : changed;
    return () =>
      docker(engine, `create ${pod.etcdName}`, () => engine.docker.createContainer(options));
  };
  return begin(
    undo,
    `let go of ${name}`,
    () =>
      createMember(
        pod,
        image,
        { engine, nowMs, write, log, plan },
        { container: etcd, state: stateOf(info.State) },
      ),
    (member) => member[Symbol.asyncDispose](),
  );
}

function stateOf({ Paused, Running }: { Paused: boolean; Running: boolean }): MemberState {
  if (Paused) return 'paused';
  return Running ? 'running' : 'exited';
}

async function attachPod(
  name: string,
  container: Docker.Container,
  { engine, identity, helper, tools, log }: MemberAttachment,
): Promise<Pod> {
  const inspected = docker(engine, `inspect the sidecar of ${name}`, () => container.inspect());
  const [sidecar, { Config }, { Volumes }] = await Promise.all([
    reachSidecar(engine, identity, name, container, log),
    inspected,
    docker(engine, `find the disks of ${name}`, () =>
      engine.docker.listVolumes({
        filters: { label: [`${labels.run}=${identity.run}`, `${labels.member}=${name}`] },
      }),
    ),
  ]);
  const isDisk = (use: 'data' | 'wal'): boolean =>
    Volumes.some(
      (volume) =>
        volume.Name === nameOf(identity, `${name}-${use}`) && volume.Labels[labels.kind] === 'disk',
    );
  const zone = Config.Labels[labels.zone];
  const wal = nameOf(identity, `${name}-wal`);
  return {
    name,
    address: sidecar.address,
    clientAddress: sidecar.clientAddress,
    sidecar: container,
    sidecarName: nameOf(identity, `${name}-net`),
    etcdName: nameOf(identity, name),
    session: sidecar.session,
    volumes: { data: nameOf(identity, `${name}-data`), ...(isDisk('wal') ? { wal } : {}) },
    ...(isDisk('data') ? { disk: diskOf(identity, helper, name, 'data') } : {}),
    ...(isDisk('wal') ? { walDisk: diskOf(identity, helper, name, 'wal') } : {}),
    ...(zone === undefined ? {} : { zone }),
    tools,
    [Symbol.asyncDispose]: () => sidecar.session[Symbol.asyncDispose](),
  };
}
