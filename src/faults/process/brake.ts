import type { Member } from '../../cluster/member.ts';
import { cgroupOf } from '../cgroup.ts';
import type { FaultTarget } from '../fault.ts';
import { seeProcess } from './etcd-process.ts';

/** One way to make a member's process stand still, and to let it go again. */
export interface Brake {
  readonly member: Member;
  /** Where the scripts run. */
  readonly target: FaultTarget;
  readonly on: string;
  /** Idempotent; true where there is no process any more. */
  readonly off: string;
  isOn(): Promise<boolean>;
  /** What shows that it is on. */
  readonly seen: string;
}

/** The sidecar shares etcd's process namespace and user, so its signals reach it. */
export async function signals(member: Member): Promise<Brake> {
  return {
    member,
    target: member,
    on: 'pkill -STOP -x etcd',
    off: 'pkill -CONT -x etcd || [ $? -eq 1 ]',
    isOn: async () => (await seeProcess(member)).state === 'stopped',
    seen: `the kernel lists etcd of ${member.name} as stopped`,
  };
}

export async function freezer(member: Member): Promise<Brake> {
  const { target, version, folder } = await cgroupOf(member, 'freezer');
  const { session } = target;
  const file = `${folder}/${version === 1 ? 'freezer.state' : 'cgroup.freeze'}`;
  const [frozen, thawed] = version === 1 ? ['FROZEN', 'THAWED'] : ['1', '0'];
  const look =
    version === 1 ? `grep -qx FROZEN ${file}` : `grep -qx 'frozen 1' ${folder}/cgroup.events`;
  return {
    member,
    target,
    on: `echo ${frozen} >${file}`,
    off: `[ ! -e ${file} ] || echo ${thawed} >${file}`,
    isOn: async () => (await session.run(look)).code === 0,
    seen: `the freezer of ${member.name}'s cgroup says that it is frozen`,
  };
}
