import type { Member } from '../../cluster/member.ts';
import { integer } from '../../parameters.ts';
import { FaultUnproved, type HealableFault, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { seeProcess } from '../process/etcd-process.ts';
import { recreated } from '../process/recreated.ts';
import { refuseUnlessRunning } from '../process/running-members.ts';
import { proveBack } from '../process/way-back.ts';

export interface FileDescriptorsOptions {
  /** Most files and connections that etcd may have open; it keeps 150 for itself and needs more. */
  readonly most: number;
}

/**
 * Restarts a member with a lower limit of open files. etcd keeps 150 of them for itself and accepts
 * no more clients than the rest: connections beyond wait until others are closed. Healing restarts it
 * with its own limit. Needs no capability.
 */
export function fileDescriptors(member: Member, { most }: FileDescriptorsOptions): HealableFault {
  return {
    name: 'file-descriptors',
    title: `restart ${member.name} with ${most} open files at most`,
    undo: 'repaired',
    targets: [member],
    parameters: { most },
    prepare: () => prepare(member, most),
  };
}

export const fileDescriptorsKind = faultKind({
  name: 'file-descriptors',
  family: 'resources',
  summary: 'Restarts a member with a lower limit of open files.',
  undo: 'repaired',
  needs: 'the engine alone',
  parameters: {
    most: integer({ min: 151, max: 65_536 }, 160, 'open files, of which etcd keeps 150 for itself'),
  },
  build: ({ targets }, { most }) => fileDescriptors(onlyOne('file-descriptors', targets), { most }),
});

async function prepare(member: Member, most: number): Promise<PreparedFault> {
  const { name, etcdContainer } = member;
  refuseUnlessRunning('file-descriptors', [member]);
  const before = await limitOf(member);
  const inForce = async (): Promise<string[]> => {
    const now = await limitOf(member);
    if (now !== String(most))
      throw new FaultUnproved(`etcd of ${name} may open ${now} files instead of ${most}`);
    return [`the kernel lets etcd of ${name} open ${most} files (${before} before)`];
  };
  return {
    undoScripts: new Map(),
    inject: () => member.restart({ openFiles: most }),
    async prove() {
      const back = await proveBack([member]).catch((error: Error) => {
        throw new FaultUnproved(error.message);
      });
      return [...back, ...(await inForce())];
    },
    stillBites: async () => void (await inForce()),
    heal: () => member.restart(),
    async proveHealed() {
      const back = await proveBack([member]);
      const now = await limitOf(member);
      if (now !== before)
        throw new Error(`etcd of ${name} may open ${now} files, and ${before} before`);
      return [...back, `the kernel lets etcd of ${name} open ${now} files, as before`];
    },
    commands: {
      inject: [recreated(etcdContainer, { options: `--ulimit nofile=${most}:${most}` })],
      heal: [recreated(etcdContainer)],
    },
  };
}

/** As the kernel has it, read in the pod; `none` where there is no process. */
async function limitOf(member: Member): Promise<string> {
  const { pid } = await seeProcess(member);
  if (pid === undefined) return 'none';
  const limits = await member.session.must(`cat /proc/${pid}/limits`);
  return /^Max open files\s+(\S+)/m.exec(limits)?.[1] ?? 'none';
}
