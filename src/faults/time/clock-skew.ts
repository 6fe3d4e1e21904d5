import { readFile } from 'node:fs/promises';
import type { Member } from '../../cluster/member.ts';
import { type Duration, durationMs, formatDuration } from '../../duration.ts';
import { DrillError } from '../../errors.ts';
import { choice, duration } from '../../parameters.ts';
import { byHand } from '../by-hand.ts';
import { FaultUnproved, type HealableFault, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { refuseUnlessRunning } from '../process/running-members.ts';

export interface ClockSkewOptions {
  /** Whole seconds, at most 60 years. */
  readonly by: Duration;
  readonly direction?: 'ahead' | 'behind';
}

/**
 * Lets one etcd see another time of day, and nobody else: the code in its vDSO that tells it the time
 * is replaced in its memory while it stands still. Its monotonic clock, which leases and elections
 * go by, stays as it is. A restart ends it, as a new process has a vDSO of its own.
 *
 * Needs SYS_PTRACE and the host's process namespace (the run's `processes` tools), and x86-64.
 */
export function clockSkew(
  member: Member,
  { by, direction = 'ahead' }: ClockSkewOptions,
): HealableFault {
  const offsetS = secondsOf(by) * (direction === 'ahead' ? 1 : -1);
  return {
    name: 'clock-skew',
    title: `set the clock of ${member.name} ${formatDuration(Math.abs(offsetS) * 1000)} ${direction}`,
    undo: 'leased',
    targets: [member],
    parameters: { by: Math.abs(offsetS) * 1000, direction },
    async prepare(id) {
      refuseUnlessRunning('clock-skew', [member]);
      return prepare(id, member, offsetS);
    },
  };
}

export const clockSkewKind = faultKind({
  name: 'clock-skew',
  family: 'time',
  summary: 'Lets one etcd see another time of day.',
  undo: 'leased',
  needs: "SYS_PTRACE in the run's tools, x86-64",
  parameters: {
    by: duration('1h', 'whole seconds'),
    direction: choice(['ahead', 'behind'], 'ahead', 'of the time that the others have'),
  },
  build: ({ targets }, options) => clockSkew(onlyOne('clock-skew', targets), options),
});

const longestS = 60 * 366 * 24 * 3600;
/** HTTP tells the time in whole seconds, and asking takes a moment. */
const toleranceS = 2;
const answerWithinMs = 3000;

function secondsOf(by: Duration): number {
  const seconds = durationMs(by) / 1000;
  if (Number.isInteger(seconds) && seconds > 2 * toleranceS && seconds <= longestS) return seconds;
  throw new DrillError(
    `clock-skew by ${seconds} s: expected whole seconds, more than ${2 * toleranceS} (less cannot be told from the way that its answer takes) and at most 60 years.`,
  );
}

async function prepare(id: string, member: Member, offsetS: number): Promise<PreparedFault> {
  const { name, address } = member;
  const [{ container, session }, { hostPid }, program] = await Promise.all([
    member.tools('processes'),
    member.process(),
    readFile(new URL('vdso.pl', import.meta.url), 'utf8'),
  ]);
  const target = { name, address, container, session };
  const machine = (await session.must('uname -m')).trim();
  if (machine !== 'x86_64') {
    throw new DrillError(
      `clock-skew changes machine code of x86-64, and the engine's host is ${machine}: use a host of that kind.`,
    );
  }
  const file = `/tmp/${id}.pl`;
  await session.must(`cat >${file} <<'DRILL_VDSO'\n${program}\nDRILL_VDSO`);
  const found = await session.run(`perl ${file} find ${hostPid}`);
  if (found.code !== 0) {
    throw new DrillError(
      `The clock of ${name} cannot be skewed: ${found.stderr.trim()}. It takes a kernel with a vDSO whose memory SYS_PTRACE may write.`,
    );
  }
  const of = `${hostPid} ${found.stdout.trim()} ${offsetS} /tmp/${id}.stopped`;
  const skew = `perl ${file} skew ${of}`;
  const undo = `perl ${file} restore ${of}`;
  const look = async (): Promise<string> => {
    const { code, stdout, stderr } = await session.run(`perl ${file} look ${of}`);
    return code === 0 ? stdout.trim() : stderr.trim();
  };
  const beforeS = await aheadS(member);
  const shifted = async (): Promise<number> => {
    const byS = (await aheadS(member)) - beforeS;
    if (Math.abs(byS - offsetS) <= toleranceS) return byS;
    throw new FaultUnproved(
      `${name} dates its answers ${byS} s from before instead of ${offsetS} s`,
    );
  };
  return {
    undoScripts: new Map([[target, undo]]),
    inject: async () => void (await session.must(skew)),
    async prove() {
      const byS = await shifted();
      return [
        `${name} dates its answers ${Math.abs(byS)} s ${byS > 0 ? 'later' : 'earlier'} than before`,
      ];
    },
    async stillBites() {
      const seen = await look();
      if (seen !== 'skewed') throw new FaultUnproved(`the clock of ${name} is not skewed: ${seen}`);
    },
    heal: async () => void (await session.must(undo)),
    async proveHealed() {
      const seen = await look();
      if (seen.endsWith('is gone')) return [`etcd of ${name} that was skewed has ended`];
      if (seen !== 'plain') throw new Error(`the clock of ${name} is still changed: ${seen}`);
      const byS = (await aheadS(member)) - beforeS;
      if (Math.abs(byS) > toleranceS)
        throw new Error(`${name} still dates its answers ${byS} s off`);
      return [
        `the machine code of ${name}'s clock is as before, and it dates its answers as before`,
      ];
    },
    commands: { inject: [byHand(target, skew)], heal: [byHand(target, undo)] },
  };
}

/** How many seconds the date of a member's answers is ahead of this machine's. */
async function aheadS({ name, clientAddress }: Member): Promise<number> {
  const signal = AbortSignal.timeout(answerWithinMs);
  const response = await fetch(`http://${clientAddress}/version`, { signal });
  await response.arrayBuffer();
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) throw new FaultUnproved(`${name} gives no date with its answers`);
  return Math.round((date - Date.now()) / 1000);
}
