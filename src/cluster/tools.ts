import type Docker from 'dockerode';
import type { Logger } from 'pino';
import type { Engine } from '../engine/engine.ts';
import { begin } from '../runner/begin.ts';
import type { UndoStack } from '../runner/undo-stack.ts';
import { docker, isConflict } from './docker-errors.ts';
import { keepLease, runner } from './lease.ts';
import { leaseHolder } from './lease-holder.ts';
import { type RunIdentity, labelsFor, nameOf } from './naming.ts';
import { type Session, openSession } from './session.ts';

/**
 * What a tools container may do, each kind with no more than it needs and started only when a fault
 * asks for it.
 *
 * - `cgroups`: write the control files of the members' cgroups, below `/cg`; no capability;
 * - `processes`: see every process of the engine's host, reach a member's files at
 *   `/proc/<pid>/root` and its memory; SYS_PTRACE, and the host's PID namespace.
 */
export type ToolsAbility = 'cgroups' | 'processes';

/** dockerode's types do not know `CgroupnsMode`. */
type HostConfig = Docker.HostConfig & { readonly CgroupnsMode?: 'host' };

const access: Record<ToolsAbility, HostConfig> = {
  cgroups: { CgroupnsMode: 'host', Binds: ['/sys/fs/cgroup:/cg'] },
  processes: {
    PidMode: 'host',
    CapAdd: ['SYS_PTRACE'],
    // Docker's own profile forbids ptrace across containers; without AppArmor it is ignored.
    SecurityOpt: ['no-new-privileges', 'apparmor=unconfined'],
  },
};

/** A running tools container. It holds a lease as a sidecar does, so what it did comes off by itself. */
export interface Tools {
  /** The name of those that faults share, for commands by hand. */
  readonly container: string;
  readonly session: Session;
}

export type ToolsOpener = (ability: ToolsAbility) => Promise<Tools>;

export interface ToolsContext {
  readonly engine: Engine;
  readonly identity: RunIdentity;
  readonly toolbox: string;
  readonly undo: UndoStack;
  readonly log: Logger;
  /** Whose lease is kept there; the run's runner unless named. */
  readonly owner?: string;
  /**
   * Opens tools that nobody shares, under a name of their own, and removes them when the stack unwinds;
   * otherwise the run's removal does.
   */
  readonly passing?: boolean;
  /** Called once when a container can no longer be reached to renew its lease. */
  readonly onLost: (container: string, error: unknown) => void;
}

/** Returns what opens a run's tools: one container per ability, started at the first call. */
export function toolsOf(context: ToolsContext): ToolsOpener {
  const open = new Map<ToolsAbility, Promise<Tools>>();
  return (ability) => {
    const known = open.get(ability);
    if (known) return known;
    const started = startTools(ability, context);
    open.set(ability, started);
    return started;
  };
}

async function startTools(
  ability: ToolsAbility,
  { engine, identity, toolbox, undo, log, owner, passing, onLost }: ToolsContext,
): Promise<Tools> {
  const shared = nameOf(identity, ability);
  const name = passing ? `${shared}-${owner ?? runner}` : shared;
  let made: Docker.Container | undefined;
  // The run's removal, registered before anything was made, finds it by its label.
  if (passing) undo.defer(`remove ${name}`, async () => void (await made?.remove({ force: true })));
  const container = await docker(engine, `start ${name}`, async () => {
    made = await engine.docker
      .createContainer({
        name,
        Image: toolbox,
        Entrypoint: ['sh', '-c', leaseHolder],
        Labels: labelsFor(identity, 'tools'),
        HostConfig: {
          NetworkMode: 'none',
          ReadonlyRootfs: true,
          Tmpfs: { '/run': '', '/tmp': '' },
          SecurityOpt: ['no-new-privileges'],
          CapDrop: ['ALL'],
          ...access[ability],
        },
      })
      .catch((error: unknown) => {
        // The runner and a fault injected by hand share them, whoever came first.
        if (isConflict(error)) return undefined;
        throw error;
      });
    if (made) await made.start();
    return made ?? startedAlready(engine.docker.getContainer(name));
  });
  const session = await begin(
    undo,
    `close the session with ${name}`,
    () => openSession(container, name, log),
    (opened) => opened[Symbol.asyncDispose](),
  );
  await begin(
    undo,
    `let the lease of ${name} go`,
    () => keepLease(container, name, (error) => onLost(name, error), owner),
    (lease) => lease[Symbol.asyncDispose](),
  );
  return { container: shared, session };
}

/** A container that somebody else made: running, or about to be. */
async function startedAlready(container: Docker.Container): Promise<Docker.Container> {
  await container.start().catch((error: unknown) => {
    if ((error as { statusCode?: number }).statusCode !== 304) throw error;
  });
  return container;
}
