import { setTimeout as pause } from 'node:timers/promises';
import type { Member } from '../../cluster/member.ts';
import { type Duration, durationMs, formatDuration } from '../../duration.ts';
import { exitCode, messageOf } from '../../errors.ts';
import { duration } from '../../parameters.ts';
import { eventually } from '../../wait.ts';
import { FaultUnproved, type HealableFault, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { refuseUnlessRunning } from './running-members.ts';
import { proveBack } from './way-back.ts';

/**
 * Kills a member's etcd again and again, each time it has run for `every`, and starts it at once: a
 * supervisor that restarts what crashes. It ends when it is healed, or with the runner; then the
 * member may be down. Needs no capability.
 */
export function crashLoop(member: Member, { every }: { readonly every: Duration }): HealableFault {
  const everyMs = durationMs(every);
  return {
    name: 'crash-loop',
    title: `kill ${member.name} every ${formatDuration(everyMs)}`,
    undo: 'repaired',
    targets: [member],
    parameters: { every: everyMs },
    prepare: async () => prepare(member, everyMs),
  };
}

export const crashLoopKind = faultKind({
  name: 'crash-loop',
  family: 'process',
  summary: 'Kills a member again and again, each time it is started.',
  undo: 'repaired',
  needs: 'the engine alone',
  parameters: { every: duration('2s', 'how long it runs between two crashes') },
  build: ({ targets }, { every }) => crashLoop(onlyOne('crash-loop', targets), { every }),
});

const slackMs = 10_000;

function prepare(member: Member, everyMs: number): PreparedFault {
  const { name, etcdContainer } = member;
  refuseUnlessRunning('crash-loop', [member]);
  const loop = new CrashLoop(member, everyMs);
  const crashesMore = async (): Promise<void> => {
    const seen = loop.crashes;
    const subject = `Another crash of ${name}`;
    const wait = { subject, withinMs: everyMs + slackMs, everyMs: 50, code: exitCode.inconclusive };
    const ended = () => (loop.crashes > seen || loop.failure !== undefined ? true : undefined);
    await eventually(wait, ended).catch((error: unknown) => {
      throw new FaultUnproved(messageOf(error));
    });
    refuseEnded();
  };
  const refuseEnded = (): void => {
    if (loop.failure !== undefined) throw new FaultUnproved(loop.failure);
  };
  return {
    undoScripts: new Map(),
    async inject() {
      loop.start();
    },
    async prove() {
      await crashesMore();
      return [`${name} crashed and was started again, ${loop.crashes} times so far`];
    },
    async stillBites(look = 'cheap') {
      refuseEnded();
      if (look === 'last') await crashesMore();
    },
    async heal() {
      await loop.stop();
      if (member.state !== 'running') await member.start();
    },
    proveHealed: () => proveBack([member]),
    commands: {
      inject: [
        `while sleep ${everyMs / 1000}; do docker kill ${etcdContainer}; docker start ${etcdContainer}; done`,
      ],
      heal: [`docker start ${etcdContainer}`],
    },
  };
}

/** Goes on until stopped, or until the engine refuses; then `failure` says why. */
class CrashLoop {
  crashes = 0;
  failure: string | undefined;
  readonly #member: Member;
  readonly #everyMs: number;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(member: Member, everyMs: number) {
    this.#member = member;
    this.#everyMs = everyMs;
  }

  start(): void {
    this.#running = this.#crash().catch((error: unknown) => {
      this.failure = `the crash loop of ${this.#member.name} ended: ${messageOf(error)}`;
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #crash(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#member.kill();
      await this.#member.start();
      this.crashes += 1;
      await pause(this.#everyMs, undefined, { signal }).catch(() => undefined); // stopped: it ends
    }
  }
}
