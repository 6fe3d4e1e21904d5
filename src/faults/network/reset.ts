import { setTimeout as pause } from 'node:timers/promises';
import { DrillError } from '../../errors.ts';
import { choice } from '../../parameters.ts';
import { byHand } from '../by-hand.ts';
import {
  type FaultTarget,
  FaultUnproved,
  type HealableFault,
  NotAsBefore,
  type PreparedFault,
} from '../fault.ts';
import { faultKind } from '../kind.ts';
import {
  canReset,
  clientConnections,
  peerConnections,
  resetConnections,
  standing,
} from './connections.ts';
import { portOf } from './packet-rules.ts';

export interface ResetOptions {
  /** Connections between the members and `others` (default), or those of the members' clients. */
  readonly scope?: 'peer' | 'client';
}

const backWithinMs = 10_000;
const pollMs = 100;

/**
 * Resets the live connections of `members`, once: both ends see them die at the same moment and dial
 * again at once, and nothing is lost on the way after that. It is over as soon as it has happened, so
 * there is nothing to take off; healed means that connections stand again. Needs NET_ADMIN in the
 * sidecar, and a kernel that resets connections (CONFIG_INET_DIAG_DESTROY).
 */
export function reset(
  members: readonly FaultTarget[],
  others: readonly FaultTarget[],
  { scope = 'peer' }: ResetOptions = {},
): HealableFault {
  if (members.length === 0 || (scope === 'peer' && others.length === 0)) {
    throw new DrillError(
      `A reset needs members, and others whose connections to them are reset, but got ${members.length} and ${others.length}.`,
    );
  }
  const filter =
    scope === 'peer' ? peerConnections(others.map(({ address }) => address)) : clientConnections;
  const whose = scope === 'peer' ? names(others) : 'clients';
  return {
    name: 'reset',
    title: `reset the connections between ${names(members)} and ${whose}`,
    undo: 'leased',
    targets: members,
    parameters: { scope },
    prepare: () => prepare(members, filter, scope),
  };
}

export const resetKind = faultKind({
  name: 'reset',
  family: 'network',
  summary: 'Resets the live connections of the targets once; both ends dial again.',
  undo: 'leased',
  needs: 'NET_ADMIN in the sidecar, CONFIG_INET_DIAG_DESTROY in the kernel',
  parameters: {
    scope: choice(['peer', 'client'], 'peer', 'connections to other members, or to clients'),
  },
  build: ({ targets, towards }, { scope }) => reset(targets, towards, { scope }),
});

async function prepare(
  members: readonly FaultTarget[],
  filter: string,
  scope: 'peer' | 'client',
): Promise<PreparedFault> {
  for (const member of members) {
    if (await canReset(member, portOf[scope])) continue;
    throw new DrillError(
      `The kernel under ${member.name} resets no connections (\`ss -K\`): it lacks CONFIG_INET_DIAG_DESTROY. ` +
        'Cut the link with `partition` instead.',
    );
  }
  const killed = new Map<FaultTarget, readonly string[]>();
  return {
    // Nothing is left behind that a lease could take off.
    undoScripts: new Map(),
    async inject() {
      await Promise.all(
        members.map(async (member) => {
          killed.set(member, (await resetConnections(member, filter)).killed);
        }),
      );
    },
    async prove() {
      return Promise.all(
        members.map(async (member) => {
          const { name } = member;
          const dead = killed.get(member) ?? [];
          if (dead.length === 0) throw new FaultUnproved(`no connection of ${name} was reset`);
          const left = new Set(await standing(member, filter));
          const survivor = dead.find((connection) => left.has(connection));
          if (survivor !== undefined)
            throw new FaultUnproved(`${name} still has the connection ${survivor} that was reset`);
          return `${name}: ${dead.length} connections reset, none of them stands any more: ${dead.join('; ')}`;
        }),
      );
    },
    // What happened cannot stop having happened.
    stillBites: () => Promise.resolve(),
    heal: () => Promise.resolve(),
    proveHealed: () =>
      Promise.all(
        members
          .filter((member) => killed.has(member))
          .map(async (member) => connectedAgain(member, filter)),
      ),
    commands: {
      inject: members.map((member) => byHand(member, `ss -K '${filter}'`)),
      heal: [],
    },
  };
}

async function connectedAgain(member: FaultTarget, filter: string): Promise<string> {
  const deadline = performance.now() + backWithinMs;
  for (;;) {
    const now = await standing(member, filter);
    if (now.length > 0) return `${member.name}: ${now.length} connections stand again`;
    if (performance.now() > deadline)
      throw new NotAsBefore(
        `${member.name} has no connection again ${backWithinMs / 1000} s after the reset`,
      );
    await pause(pollMs);
  }
}

const names = (members: readonly FaultTarget[]): string =>
  members.map(({ name }) => name).join(', ');
