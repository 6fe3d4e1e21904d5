import type Docker from 'dockerode';
import type { Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { docker, isGone } from './docker-errors.ts';
import { leaseHolder } from './lease-holder.ts';
import { type RunIdentity, labelsFor, nameOf } from './naming.ts';

/**
 * What a run's helper may do: nothing but hold the run's lease, or reach disks as well, and their
 * device-mapper layers where it knows the kernel's device number for those.
 */
export type HelperAbility = 'lease' | 'disks' | { readonly mapperMajor: number };

/** dockerode's types do not know `CgroupnsMode`. */
type HostConfig = Docker.HostConfig & { readonly CgroupnsMode?: 'host' };

/**
 * Starts the run's helper: one container per run and engine, the first thing a run creates and the
 * last it removes. Its lease says whether the run is alive. It gets capabilities only where the run
 * has disks of its own: SYS_ADMIN for loop devices and mounts, never `--privileged`.
 */
export async function startHelper(
  engine: Engine,
  identity: RunIdentity,
  toolbox: string,
  ability: HelperAbility,
): Promise<Docker.Container> {
  const options: Docker.ContainerCreateOptions = {
    name: nameOf(identity, 'helper'),
    Image: toolbox,
    Entrypoint: ['sh', '-c', leaseHolder],
    Labels: labelsFor(identity, 'helper'),
    HostConfig: {
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      Tmpfs: { '/run': '', '/tmp': '' },
      SecurityOpt: ['no-new-privileges'],
      CapDrop: ['ALL'],
      ...(ability === 'lease' ? {} : diskAccess(ability, [`${nameOf(identity, 'disks')}:/disks`])),
    },
  };
  return docker(engine, 'start the helper container', async () => {
    const container = await engine.docker.createContainer(options);
    await container.start();
    return container;
  });
}

/** Reaches loop devices, mounts, and the cgroups in which a trial write shows a throttle. */
export function diskAccess(
  ability: Exclude<HelperAbility, 'lease'>,
  volumes: readonly string[],
): HostConfig {
  const mapper =
    ability === 'disks' ? [] : [`b ${ability.mapperMajor}:* rwm`, `c 10:${mapperControl} rwm`];
  return {
    CapAdd: ['SYS_ADMIN'],
    CgroupnsMode: 'host',
    // Docker's own profile forbids mounts, whatever the capabilities; without AppArmor it is ignored.
    SecurityOpt: ['no-new-privileges', 'apparmor=unconfined'],
    DeviceCgroupRules: ['b 7:* rwm', 'c 10:237 rwm', ...mapper],
    Binds: ['/dev:/dev', '/sys/fs/cgroup:/cg', ...volumes],
  };
}

/** Minor number of `/dev/mapper/control`, fixed in the kernel's list of devices. */
const mapperControl = 236;

/** The run's helper, started again if it had stopped; undefined where there is none (any more). */
export async function findHelper(
  engine: Engine,
  run: string,
): Promise<Docker.Container | undefined> {
  const [found] = await engine.docker.listContainers({
    all: true,
    filters: { label: [`${labels.run}=${run}`, `${labels.kind}=helper`] },
  });
  if (!found) return undefined;
  const container = engine.docker.getContainer(found.Id);
  try {
    if (found.State !== 'running') await container.start();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  return container;
}
