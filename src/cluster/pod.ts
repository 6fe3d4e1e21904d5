import type Docker from 'dockerode';
import type { Logger } from 'pino';
import type { Engine } from '../engine/engine.ts';
import type { DiskTarget } from '../faults/disk/own-disk.ts';
import { allSettled } from './all-settled.ts';
import { createDataVolume, createDisk, diskOf } from './disks.ts';
import type { MemberVolumes } from './etcd-container.ts';
import { keepLease } from './lease.ts';
import { type RunIdentity, nameOf } from './naming.ts';
import type { Session } from './session.ts';
import { startSidecar } from './sidecar.ts';
import type { ClusterSpec } from './spec.ts';
import type { ToolsOpener } from './tools.ts';

/** What outlives etcd: the sidecar with its address and port, its lease, and the member's disks. */
export interface Pod extends AsyncDisposable {
  readonly name: string;
  readonly address: string;
  readonly clientAddress: string;
  readonly sidecar: Docker.Container;
  readonly sidecarName: string;
  readonly etcdName: string;
  readonly session: Session;
  readonly volumes: MemberVolumes;
  /** Its disks, where it has them of its own. */
  readonly disk?: DiskTarget;
  readonly walDisk?: DiskTarget;
  readonly zone?: string;
  readonly tools: ToolsOpener;
}

export interface PodContext {
  readonly engine: Engine;
  readonly identity: RunIdentity;
  readonly toolbox: string;
  readonly publish: string | undefined;
  readonly helper: Session;
  readonly tools: ToolsOpener;
  readonly log: Logger;
  /** Aborted before the run is undone: nothing is created from then on. */
  readonly signal: AbortSignal;
  /** Called once when the sidecar can no longer be reached to renew its lease. */
  readonly onLost: (member: string, error: unknown) => void;
}

export async function createPod(
  name: string,
  spec: ClusterSpec,
  context: PodContext,
): Promise<Pod> {
  const { engine, identity, toolbox, publish, helper, tools, log, onLost } = context;
  const disk = (use: 'data' | 'wal', sizeBytes: number) =>
    createDisk(context, name, use, { sizeBytes, mapper });
  const { data: dataBytes, wal: walBytes, mapper } = spec.disks;
  const zone = spec.zones?.[Number(name.slice(1)) - 1];
  const [sidecar, data, wal] = await allSettled([
    startSidecar(engine, identity, toolbox, { name, zone }, publish, log),
    dataBytes === undefined ? createDataVolume(engine, identity, name) : disk('data', dataBytes),
    walBytes === undefined ? undefined : disk('wal', walBytes),
  ]);
  const lease = await keepLease(sidecar.container, `the sidecar of ${name}`, (error) =>
    onLost(name, error),
  );
  return {
    name,
    address: sidecar.address,
    clientAddress: sidecar.clientAddress,
    sidecar: sidecar.container,
    sidecarName: nameOf(identity, `${name}-net`),
    etcdName: nameOf(identity, name),
    session: sidecar.session,
    volumes: { data, ...(wal === undefined ? {} : { wal }) },
    ...(dataBytes === undefined ? {} : { disk: diskOf(identity, helper, name, 'data') }),
    ...(walBytes === undefined ? {} : { walDisk: diskOf(identity, helper, name, 'wal') }),
    ...(zone === undefined ? {} : { zone }),
    tools,
    async [Symbol.asyncDispose]() {
      await lease[Symbol.asyncDispose]();
      await sidecar.session[Symbol.asyncDispose]();
    },
  };
}
