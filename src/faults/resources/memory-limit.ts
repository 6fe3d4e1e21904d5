import type { Member } from '../../cluster/member.ts';
import { exitCode } from '../../errors.ts';
import { eventually } from '../../wait.ts';
import { byHand } from '../by-hand.ts';
import { type Cgroup, cgroupOf } from '../cgroup.ts';
import { FaultUnproved, type HealableFault, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { seeProcess } from '../process/etcd-process.ts';
import { refuseUnlessRunning } from '../process/running-members.ts';
import { proveBack } from '../process/way-back.ts';

/**
 * Takes a member's memory away until the kernel kills it (OOM). Where the kernel takes a limit below
 * what is in use (cgroup v2) it kills at once; where it refuses one (v1), the limit is lowered as far
 * as it goes, and memory that stays in use is charged to the cgroup until nothing is left. Healing
 * starts the member again, with the limit that it had; where it survived, its limit comes back with
 * the lease. Needs no capability, only the cgroup mount.
 */
export function memoryLimit(member: Member): HealableFault {
  return {
    name: 'memory-limit',
    title: `take ${member.name}'s memory away until the kernel kills it`,
    undo: 'repaired',
    targets: [member],
    parameters: {},
    down: [member.name],
    async prepare(id) {
      refuseUnlessRunning('memory-limit', [member]);
      return prepare(id, member, await cgroupOf(member, 'memory'));
    },
  };
}

export const memoryLimitKind = faultKind({
  name: 'memory-limit',
  family: 'resources',
  summary: 'Lowers the memory limit of a member until the kernel kills it.',
  undo: 'repaired',
  needs: 'the cgroup mount',
  parameters: {},
  build: ({ targets }) => memoryLimit(onlyOne('memory-limit', targets)),
});

const killedWithinMs = 10_000;

async function prepare(
  id: string,
  member: Member,
  { target, version, folder }: Cgroup,
): Promise<PreparedFault> {
  const { session } = target;
  const { name } = member;
  const ballast = `/tmp/${id}`;
  const squeeze = version === 1 ? squeezeV1(folder, ballast) : `echo 1M >${folder}/memory.max`;
  const limitOf = async (): Promise<string> => {
    const cgroup = await cgroupOf(member, 'memory');
    return (await session.must(`cat ${cgroup.folder}/${limitFile(cgroup.version)}`)).trim();
  };
  const before = await limitOf();
  const file = `${folder}/${limitFile(version)}`;
  // A process that was killed for it is gone, and its cgroup; one that was not must not be left so.
  const undo = `rm -f ${ballast}; [ ! -e ${file} ] || echo ${before} >${file} || [ ! -e ${file} ]`;
  return {
    undoScripts: new Map([[target, undo]]),
    async inject() {
      // The squeeze may be killed with etcd, in whose cgroup it is: that is what it is for.
      await session.run(squeeze, killedWithinMs);
      await session.must(`rm -f ${ballast}`);
    },
    async prove() {
      const wait = { subject: `The end of ${name} for want of memory`, withinMs: killedWithinMs };
      const dead = async () => (member.state === 'exited' ? true : undefined);
      await eventually({ ...wait, code: exitCode.inconclusive }, dead).catch((error: Error) => {
        throw new FaultUnproved(error.message);
      });
      const { exitCode: code, outOfMemory } = await member.ending();
      if (!outOfMemory)
        throw new FaultUnproved(`${name} ended with exit code ${code}, but not for want of memory`);
      return [`the kernel killed ${name} for want of memory (exit code ${code})`];
    },
    async stillBites() {
      const { state } = await seeProcess(member);
      if (state !== 'gone') throw new FaultUnproved(`etcd of ${name} runs again`);
    },
    async heal() {
      if (member.state === 'running') await member.kill();
      // A cgroup that was still in use outlives its process, and the next one would begin below its limit.
      await session.must(undo);
      await member.start();
    },
    async proveHealed() {
      const back = await proveBack([member]);
      const now = await limitOf();
      if (now !== before)
        throw new Error(`the memory limit of ${name} is ${now}, and was ${before} before`);
      return [...back, `the memory limit of ${name} is ${now}, as before`];
    },
    commands: {
      inject: [byHand(target, squeeze)],
      heal: [byHand(target, undo), `docker start ${member.etcdContainer}`],
    },
  };
}

const limitFile = (version: Cgroup['version']): string =>
  version === 1 ? 'memory.limit_in_bytes' : 'memory.max';

/**
 * Lowers the limit to what is in use, then writes to a file in memory from within the cgroup: such
 * pages stay charged there, and etcd is the largest that can be killed for them.
 */
const squeezeV1 = (folder: string, ballast: string): string => `
limit=$(cat ${folder}/memory.usage_in_bytes)
while [ "$limit" -gt 1000000 ] && echo "$limit" >${folder}/memory.limit_in_bytes 2>/dev/null; do limit=$((limit - 262144)); done
sh -c 'echo $$ >${folder}/cgroup.procs && exec dd if=/dev/zero of=${ballast} bs=64k count=1024 2>/dev/null'
true`;
