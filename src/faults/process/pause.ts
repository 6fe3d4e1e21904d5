import type { Member } from '../../cluster/member.ts';
import { exitCode } from '../../errors.ts';
import { choice } from '../../parameters.ts';
import { eventually } from '../../wait.ts';
import { byHand } from '../by-hand.ts';
import { FaultUnproved, type HealableFault, type PreparedFault } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { answers } from './answers.ts';
import { type Brake, freezer, signals } from './brake.ts';
import { namesOf, refuseUnlessRunning } from './running-members.ts';
import { proveBack } from './way-back.ts';

export interface PauseOptions {
  /**
   * `signal` (default): SIGSTOP and SIGCONT from the sidecar, which needs no capability there.
   * `freezer`: the cgroup's freezer, as `docker pause` does; it needs the run's `cgroups` tools.
   */
  readonly means?: 'signal' | 'freezer';
}

/**
 * Pauses members: no thread of etcd runs, while the kernel goes on acknowledging its packets, so that
 * nobody sees a connection break. A long garbage collection, a suspended virtual machine.
 */
export function pause(
  members: readonly Member[],
  { means = 'signal' }: PauseOptions = {},
): HealableFault {
  return {
    name: 'pause',
    title: `pause ${namesOf(members)} (${means})`,
    undo: 'leased',
    targets: members,
    parameters: { means },
    down: members.map(({ name }) => name),
    async prepare() {
      refuseUnlessRunning('pause', members);
      const brakes = await Promise.all(members.map(means === 'signal' ? signals : freezer));
      return prepare(brakes);
    },
  };
}

export const pauseKind = faultKind({
  name: 'pause',
  family: 'process',
  summary: 'Pauses members: the process stands still, the kernel answers for it.',
  undo: 'leased',
  needs: 'the sidecar alone; the cgroup mount for means=freezer',
  parameters: {
    means: choice(['signal', 'freezer'], 'signal', "SIGSTOP, or the cgroup's freezer"),
  },
  build: ({ targets }, { means }) => pause(targets, { means }),
});

const bitesWithinMs = 2000;
const askMs = 500;

function prepare(brakes: readonly Brake[]): PreparedFault {
  const each = (act: (brake: Brake) => Promise<void>) => Promise.all(brakes.map(act));
  return {
    undoScripts: new Map(brakes.map(({ target, off }) => [target, off])),
    async inject() {
      await each(async ({ member, target, on }) => {
        await target.session.must(on);
        member.record('paused');
      });
    },
    prove: () => Promise.all(brakes.map(provenPaused)),
    stillBites: async () => void (await each(stillOn)),
    async heal() {
      await each(async ({ member, target, off }) => {
        await target.session.must(off);
        if (member.state === 'paused') member.record('running');
      });
    },
    async proveHealed() {
      for (const { member, isOn } of brakes)
        if (await isOn()) throw new Error(`${member.name} still stands still`);
      return proveBack(brakes.map(({ member }) => member));
    },
    commands: {
      inject: brakes.map(({ target, on }) => byHand(target, on)),
      heal: brakes.map(({ target, off }) => byHand(target, off)),
    },
  };
}

async function provenPaused(brake: Brake): Promise<string> {
  const { member, isOn, seen } = brake;
  const wait = { subject: `The pause of ${member.name}`, withinMs: bitesWithinMs };
  const on = async () => ((await isOn()) ? true : undefined);
  await eventually({ ...wait, code: exitCode.inconclusive }, on).catch((error: Error) => {
    throw new FaultUnproved(error.message);
  });
  if (await answers(member, askMs)) throw new FaultUnproved(`${member.name} still answers`);
  return `${seen}, and ${member.name} answers no request`;
}

async function stillOn({ member, isOn }: Brake): Promise<void> {
  if (!(await isOn())) throw new FaultUnproved(`${member.name} does not stand still any more`);
}
