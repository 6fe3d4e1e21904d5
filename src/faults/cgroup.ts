import type { Member } from '../cluster/member.ts';
import { DrillError } from '../errors.ts';
import type { FaultTarget } from './fault.ts';

/** The cgroup of a member's etcd, as the run's `cgroups` tools see it. */
export interface Cgroup {
  /** A shell in the tools, whose lease takes off what was written. */
  readonly target: FaultTarget;
  readonly version: 1 | 2;
  /** Of the controller on version 1, of everything on version 2. */
  readonly folder: string;
}

/**
 * Shell script that sets `$version` of the cgroups below `/cg` and `$cg`, the folder of a container's,
 * empty where it has none.
 */
export const findCgroup = (controller: string, containerId: string): string =>
  `version=1 root=/cg/${controller}; [ -e /cg/cgroup.controllers ] && version=2 root=/cg
cg=$(find "$root" -maxdepth 6 -type d \\( -name ${containerId} -o -name docker-${containerId}.scope \\) -print -quit)`;

/** Finds it by the container's id, wherever the engine's cgroup driver puts it. */
export async function cgroupOf(member: Member, controller: string): Promise<Cgroup> {
  const [{ container, session }, { containerId }] = await Promise.all([
    member.tools('cgroups'),
    member.process(),
  ]);
  const printed = await session.must(
    `${findCgroup(controller, containerId)}\necho "$version"; echo "$cg"`,
  );
  const [version, folder] = printed.trim().split('\n');
  if (folder === undefined) {
    throw new DrillError(
      `The ${controller} cgroup of ${member.name} was not found below /sys/fs/cgroup of the engine's host: is the controller mounted there?`,
    );
  }
  const target = { name: member.name, address: member.address, container, session };
  return { target, version: version === '2' ? 2 : 1, folder };
}
