import type { Member } from '../../cluster/member.ts';
import { exitCode } from '../../errors.ts';
import { integer } from '../../parameters.ts';
import { eventually } from '../../wait.ts';
import { byHand } from '../by-hand.ts';
import { type Cgroup, cgroupOf } from '../cgroup.ts';
import { FaultUnproved, type HealableFault, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { refuseUnlessRunning } from '../process/running-members.ts';

export interface CpuBurnOptions {
  /** Processes that do nothing but compute. */
  readonly burners: number;
}

/**
 * Puts busy neighbours into the cgroup of a member's etcd, where they take its part of the CPUs and of
 * its quota: what a batch job in the same pod or slice does. Needs no capability, only the cgroup
 * mount.
 */
export function cpuBurn(member: Member, { burners }: CpuBurnOptions): HealableFault {
  return {
    name: 'cpu-burn',
    title: `burn the CPUs of ${member.name} with ${burners} processes`,
    undo: 'leased',
    targets: [member],
    parameters: { burners },
    async prepare(id) {
      refuseUnlessRunning('cpu-burn', [member]);
      return prepare(id, member, await cgroupOf(member, 'cpu'), burners);
    },
  };
}

export const cpuBurnKind = faultKind({
  name: 'cpu-burn',
  family: 'resources',
  summary: 'Puts busy processes into the cgroup of a member.',
  undo: 'leased',
  needs: 'the cgroup mount',
  parameters: { burners: integer({ min: 1, max: 64 }, 4, 'processes that compute') },
  build: ({ targets }, { burners }) => cpuBurn(onlyOne('cpu-burn', targets), { burners }),
});

/** A tenth of a second of processor time; what merely started has used far less. */
const leastTicks = 10;
const burnsWithinMs = 10_000;
/** Fiftieths of a second; joining takes a few of them on a busy machine. */
const joinTries = 250;

function prepare(
  id: string,
  { name }: Member,
  { target, folder }: Cgroup,
  burners: number,
): PreparedFault {
  const { session } = target;
  const pids = `/run/drill/${id}.pids`;
  // Each joins the cgroup before it burns; its number is kept before that, so that the undo knows it.
  const burn = `for burner in $(seq ${burners}); do
  sh -c 'echo $$ >>${pids} && echo $$ >${folder}/cgroup.procs && while :; do :; done' >/dev/null 2>&1 </dev/null &
done
for try in $(seq ${joinTries}); do
  [ "$(grep -cxFf ${pids} ${folder}/cgroup.procs 2>/dev/null)" = ${burners} ] && exit 0
  sleep 0.02
done
echo "not all ${burners} burners could join ${folder}" >&2; exit 1`;
  const undo = `[ -e ${pids} ] || exit 0
burning() { while read -r pid; do grep -q ${pids} /proc/$pid/cmdline 2>/dev/null && echo $pid; done <${pids}; }
for try in 1 2 3 4 5 6 7 8 9; do
  left=$(burning); [ "$left" ] || break
  kill -KILL $left; sleep 0.1
done
[ -z "$left" ] && rm -f ${pids}`;
  /** Processor time, in ticks, of each burner that is in the cgroup. */
  const ticks = async (): Promise<number[]> => {
    const stats = await session.must(
      `while read -r pid; do grep -qx $pid ${folder}/cgroup.procs && cut -d' ' -f14 /proc/$pid/stat; done <${pids} 2>/dev/null; true`,
    );
    return stats.split('\n').filter(Boolean).map(Number);
  };
  return {
    undoScripts: new Map([[target, undo]]),
    inject: async () => void (await session.must(burn)),
    async prove() {
      const subject = `Processor time of ${burners} burners in the cgroup of ${name}`;
      const wait = { subject, withinMs: burnsWithinMs, code: exitCode.inconclusive };
      const used = await eventually(wait, async () => {
        const now = await ticks();
        return now.length === burners && now.every((each) => each >= leastTicks) ? now : undefined;
      }).catch((error: Error) => {
        throw new FaultUnproved(error.message);
      });
      const spent = used.reduce((sum, each) => sum + each, 0) * 10;
      return [`${burners} burners in the cgroup of ${name} used ${spent} ms of processor time`];
    },
    async stillBites() {
      const burning = (await ticks()).length;
      if (burning !== burners)
        throw new FaultUnproved(
          `${burning} of ${burners} burners are left in the cgroup of ${name}`,
        );
    },
    heal: async () => void (await session.must(undo)),
    async proveHealed() {
      const left = (await session.run(`pgrep -f ${pids}`)).stdout.trim();
      if (left !== '') throw new Error(`burners of ${name} still run: ${left}`);
      return [`no burner is left in the cgroup of ${name}`];
    },
    commands: { inject: [byHand(target, burn)], heal: [byHand(target, undo)] },
  };
}
