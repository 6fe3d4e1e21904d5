import type { Member } from '../../cluster/member.ts';
import type { Session } from '../../cluster/session.ts';
import { DrillError, exitCode } from '../../errors.ts';
import { integer } from '../../parameters.ts';
import { eventually } from '../../wait.ts';
import { byHand } from '../by-hand.ts';
import { type Cgroup, cgroupOf } from '../cgroup.ts';
import { FaultUnproved, type HealableFault, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { refuseUnlessRunning } from '../process/running-members.ts';

export interface CpuQuotaOptions {
  /** Of one CPU, 1 to 100. */
  readonly percent: number;
}

/**
 * Lets a member use no more than `percent` of one CPU, by the quota of its cgroup: once it has used
 * its part of a period, every thread waits for the next. Proven by the periods that it was throttled
 * in, so etcd must have more work than that. Needs no capability, only the cgroup mount.
 */
export function cpuQuota(member: Member, { percent }: CpuQuotaOptions): HealableFault {
  return {
    name: 'cpu-quota',
    title: `give ${member.name} ${percent}% of a CPU`,
    undo: 'leased',
    targets: [member],
    parameters: { percent },
    async prepare() {
      refuseUnlessRunning('cpu-quota', [member]);
      return prepare(member, await cgroupOf(member, 'cpu'), percent);
    },
  };
}

export const cpuQuotaKind = faultKind({
  name: 'cpu-quota',
  family: 'resources',
  summary: 'Limits the processor time of a member by the quota of its cgroup.',
  undo: 'leased',
  needs: 'the cgroup mount',
  parameters: { percent: integer({ min: 1, max: 100 }, 5, 'of one CPU') },
  build: ({ targets }, { percent }) => cpuQuota(onlyOne('cpu-quota', targets), { percent }),
});

const periodUs = 100_000;
const throttledWithinMs = 5000;

async function prepare(
  { name }: Member,
  { target, version, folder }: Cgroup,
  percent: number,
): Promise<PreparedFault> {
  const { session } = target;
  const file = `${folder}/${version === 1 ? 'cpu.cfs_quota_us' : 'cpu.max'}`;
  const content = async (): Promise<string> =>
    (await session.must(`cat ${file} 2>/dev/null || true`)).trim();
  await refuseTwice(session, name, file);
  const before = await content();
  const periodWas = Number(
    version === 1 ? await session.must(`cat ${folder}/cpu.cfs_period_us`) : before.split(' ')[1],
  );
  const quota = Math.round((percent / 100) * (periodWas || periodUs));
  const wanted = version === 1 ? `${quota}` : `${quota} ${periodWas}`;
  // The kernel's least quota is a millisecond.
  const limit = `echo ${wanted} >${file}`;
  const undo = `[ ! -e ${file} ] || echo ${before} >${file}`;
  const throttled = async (): Promise<number> => {
    const stat = await session.must(`cat ${folder}/cpu.stat`);
    return Number(/^nr_throttled (\d+)$/m.exec(stat)?.[1] ?? 0);
  };
  return {
    undoScripts: new Map([[target, undo]]),
    inject: async () => void (await session.must(limit)),
    async prove() {
      await inForce();
      const since = await throttled();
      const more = async (): Promise<number | undefined> => {
        const periods = (await throttled()) - since;
        return periods > 0 ? periods : undefined;
      };
      const subject = `A period in which ${name} was throttled`;
      const wait = { subject, withinMs: throttledWithinMs, code: exitCode.inconclusive };
      const periods = await eventually(wait, more).catch((error: Error) => {
        throw new FaultUnproved(`${error.message}: it has less to do than its quota allows`);
      });
      return [`${file} says ${wanted}, and the kernel throttled ${name} in ${periods} periods`];
    },
    stillBites: () => inForce(),
    heal: async () => void (await session.must(undo)),
    async proveHealed() {
      const now = await content();
      if (now === '') return [`the cgroup of ${name} is gone, and its quota with it`];
      if (now !== before) throw new Error(`${file} says ${now}, and said ${before} before`);
      return [`${file} says ${now}, as before`];
    },
    commands: { inject: [byHand(target, limit)], heal: [byHand(target, undo)] },
  };

  async function inForce(): Promise<void> {
    const now = await content();
    if (now !== wanted)
      throw new FaultUnproved(`${file} says ${now || 'nothing'} instead of ${wanted}`);
  }
}

/** Each puts back what it found, so that two of them would leave the first one's quota behind. */
async function refuseTwice(session: Session, name: string, file: string): Promise<void> {
  const { code } = await session.run(`grep -qF -- '>${file}' /run/drill/*/undo/* 2>/dev/null`);
  if (code !== 0) return;
  throw new DrillError(`${name} has a cpu-quota already: heal that one before it gets another.`);
}
