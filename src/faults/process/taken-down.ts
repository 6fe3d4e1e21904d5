import type { Member } from '../../cluster/member.ts';
import { exitCode } from '../../errors.ts';
import { eventually } from '../../wait.ts';
import { type FaultCommands, FaultUnproved, NotAsBefore, type PreparedFault } from '../fault.ts';
import { answers } from './answers.ts';
import { seeProcess } from './etcd-process.ts';
import { refuseUnlessRunning } from './running-members.ts';
import { proveBack } from './way-back.ts';

/** How members lose their process, and get it back. */
export interface Downfall {
  takeDown(member: Member): Promise<void>;
  /** Must accept a member that is back already. */
  bringBack(member: Member): Promise<void>;
  /** Whether the next comes back only once the one before serves, or cannot for want of the next. */
  readonly inTurn?: boolean;
  readonly commands: FaultCommands;
}

const endsWithinMs = 5000;
const askMs = 500;

/**
 * The phases of a fault that takes members' processes away. Proven by the kernel's own list of the
 * pod's processes and by the member's silence; healed when the process runs, listens and answers.
 */
export function prepareDown(
  fault: string,
  members: readonly Member[],
  { takeDown, bringBack, inTurn = false, commands }: Downfall,
): PreparedFault {
  refuseUnlessRunning(fault, members);
  return {
    undoScripts: new Map(),
    inject: async () => void (await Promise.all(members.map(takeDown))),
    prove: () => Promise.all(members.map(provenGone)),
    async stillBites() {
      for (const member of members) {
        const { state, pid } = await seeProcess(member);
        if (state === 'gone') continue;
        throw new FaultUnproved(`etcd of ${member.name} runs again, as process ${pid} of its pod`);
      }
    },
    async heal() {
      if (!inTurn) await Promise.all(members.map(bringBack));
      else for (const member of members) await bringBackWhole(member, bringBack);
    },
    proveHealed: () => proveBack(members),
    commands,
  };
}

async function bringBackWhole(member: Member, bringBack: Downfall['bringBack']): Promise<void> {
  await bringBack(member);
  await proveBack([member]).catch((error: unknown) => {
    if (!(error instanceof NotAsBefore)) throw error; // it may lack the majority that the next makes
  });
}

async function provenGone(member: Member): Promise<string> {
  const subject = `The end of ${member.name}'s process`;
  const wait = { subject, withinMs: endsWithinMs, everyMs: 50, code: exitCode.inconclusive };
  await eventually(wait, async () =>
    (await seeProcess(member)).state === 'gone' ? true : undefined,
  ).catch((error: Error) => {
    throw new FaultUnproved(error.message);
  });
  if (await answers(member, askMs)) throw new FaultUnproved(`${member.name} still answers`);
  return `${member.name} has no etcd process in its pod, and answers no request`;
}
