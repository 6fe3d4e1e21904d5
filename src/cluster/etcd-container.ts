import type Docker from 'dockerode';
import type { Engine, EtcdImage } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { docker } from './docker-errors.ts';
import { type RunIdentity, labelsFor, nameOf } from './naming.ts';
import type { ClusterSpec } from './spec.ts';
import { usualLabel } from './usual-options.ts';

/** Volumes of one member: its data directory, and its write-ahead log where that has its own. */
export interface MemberVolumes {
  readonly data: string;
  readonly wal?: string;
}

/**
 * Creates the etcd half of a pod in the sidecar's network and process namespace; not started. One
 * that gets other settings for a time carries its usual command, for a heal from outside.
 */
export async function createEtcdContainer(
  engine: Engine,
  identity: RunIdentity,
  member: string,
  image: EtcdImage,
  command: readonly string[],
  volumes: MemberVolumes,
  spec: ClusterSpec,
  openFiles?: number,
  usual?: readonly string[],
): Promise<Docker.Container> {
  const sidecar = `container:${nameOf(identity, `${member}-net`)}`;
  const name = nameOf(identity, member);
  await docker(engine, `create ${name} from ${image.reference}`, () =>
    engine.docker.createContainer({
      name,
      Image: image.reference,
      Entrypoint: [...command],
      Cmd: [],
      User: '0',
      Labels: {
        ...labelsFor(identity, 'etcd', member),
        [labels.version]: image.version,
        [labels.source]: image.source,
        ...(usual ? usualLabel(usual) : {}),
      },
      HostConfig: {
        NetworkMode: sidecar,
        PidMode: sidecar,
        Binds: [`${volumes.data}:/data`, ...(volumes.wal ? [`${volumes.wal}:/wal`] : [])],
        SecurityOpt: ['no-new-privileges'],
        CapDrop: ['ALL'],
        ...(openFiles === undefined ? {} : { Ulimits: [openFilesLimit(openFiles)] }),
        ...(spec.cpus === undefined ? {} : { NanoCpus: Math.round(spec.cpus * 1e9) }),
        ...(spec.memoryBytes === undefined
          ? {}
          : { Memory: spec.memoryBytes, MemorySwap: spec.memoryBytes }),
      },
    }),
  );
  // By its name: who repairs a member by hand makes its container anew.
  return engine.docker.getContainer(name);
}

/** Both limits alike: Go raises the soft one to the hard one when it starts. */
export const openFilesLimit = (most: number): Docker.Ulimit => ({
  Name: 'nofile',
  Soft: most,
  Hard: most,
});
