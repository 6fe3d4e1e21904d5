import { UndoTaken, injecting } from '../cluster/injection.ts';
import { boundUndo, forgetUndo, holdUndo, leaseExpired, registerUndo } from '../cluster/lease.ts';
import type { Session } from '../cluster/session.ts';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import type { Cut, JournalEvent } from '../journal/events.ts';
import type { UndoStack } from '../runner/undo-stack.ts';
import {
  type Damage,
  type Fault,
  FaultUnproved,
  type HealableFault,
  NotAsBefore,
  type PreparedFault,
} from './fault.ts';

export interface FaultContext {
  readonly nowMs: () => number;
  readonly write: (event: JournalEvent) => void;
  readonly undo: UndoStack;
  /** Whose lease the faults hang on; the run's runner unless named. */
  readonly owner?: string;
  /** From its proof on; then the container takes a leased fault off, even if its owner lives. */
  readonly heldAtMostMs?: number;
  /** Unique among the faults of the run, whoever injects them; short, as it stands in rule names. */
  readonly nextId: () => string;
  /** The leader by majority view and its term, for the record of what was cut. */
  readonly leader: () => { leader: string | null; term: number };
}

/** A fault that is on. Disposing of it heals it and proves that it is gone; twice does nothing. */
export interface ActiveFault extends AsyncDisposable {
  readonly id: string;
  heal(): Promise<void>;
}

const watchEveryMs = 1000;

/**
 * Takes a fault through its life: snapshot, undo registered with the lease and the run, inject,
 * prove, watch while it is held, heal, prove that it is gone. Every phase goes into the journal.
 */
export async function injectFault(fault: Fault, context: FaultContext): Promise<ActiveFault> {
  const id = context.nextId();
  return fault.undo === 'irreversible'
    ? injectDamage(id, fault, context)
    : injectHealable(id, fault, context);
}

async function injectHealable(
  id: string,
  fault: HealableFault,
  context: FaultContext,
): Promise<ActiveFault> {
  const prepared = await fault.prepare(id);
  writeInjecting(id, fault, context);

  const undos = undosOf(prepared);
  const watch = new Watch(id, prepared, context);
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> => (ending ??= watchAndHeal().then(() => healed()));
  const watchAndHeal = async (): Promise<void> => {
    // First: the container shall take nothing off beside the last look, nor beside the heal.
    const held = holdUndos(id, undos, context);
    await Promise.allSettled([held]);
    await watch.stop();
    await healFault(id, fault, prepared, held, context);
  };
  const healed = context.undo.defer(`heal "${fault.title}"`, end);

  try {
    const { title } = fault;
    for (const [session, script] of undos)
      await registerUndo(session, { fault: id, title, script }, context.owner);
    const inject = (): Promise<void> => injecting(id, undos.keys(), () => prepared.inject());
    await injectAndProve(id, { inject, prove: () => prepared.prove() }, context);
    await boundUndos(id, undos, context);
    watch.start();
  } catch (error) {
    await end();
    throw error;
  }
  return { id, heal: end, [Symbol.asyncDispose]: end };
}

/** The undo script of each container, by the session that registers it. */
type Undos = ReadonlyMap<Session, string>;

/** One undo per container: of targets that share one, a script that fails keeps no other from running. */
function undosOf({ undoScripts }: PreparedFault): Undos {
  const groups = Map.groupBy(undoScripts, ([{ session }]) => session);
  return new Map(
    [...groups].map(([session, entries]) => {
      const [first, ...more] = entries;
      if (first && more.length === 0) return [session, first[1]];
      const each = entries.map(([, script]) => `(\n${script}\n) || failed=1`);
      return [session, ['failed=0', ...each, 'exit $failed'].join('\n')];
    }),
  );
}

async function boundUndos(
  id: string,
  undos: Undos,
  { owner, heldAtMostMs }: FaultContext,
): Promise<void> {
  if (heldAtMostMs === undefined) return;
  for (const session of undos.keys()) await boundUndo(session, id, heldAtMostMs / 1000, owner);
}

async function holdUndos(id: string, undos: Undos, { owner }: FaultContext): Promise<Session[]> {
  const sessions = [...undos.keys()];
  for (const session of sessions) await holdUndo(session, id, owner);
  return sessions;
}

/** Nothing takes damage back: its scope ends, and the record says that it stays. */
async function injectDamage(
  id: string,
  damage: Damage,
  context: FaultContext,
): Promise<ActiveFault> {
  const prepared = await damage.prepare(id);
  writeInjecting(id, damage, context);
  await injectAndProve(id, prepared, context);
  let left = false;
  const leave = (): Promise<void> => {
    if (!left) context.write({ type: 'fault.left', t: context.nowMs(), fault: id });
    left = true;
    return Promise.resolve();
  };
  return { id, heal: leave, [Symbol.asyncDispose]: leave };
}

function writeInjecting(id: string, fault: Fault, context: FaultContext): void {
  context.write({
    type: 'fault.injecting',
    t: context.nowMs(),
    fault: id,
    name: fault.name,
    title: fault.title,
    targets: fault.targets.map((target) => target.name),
    undo: fault.undo,
    parameters: { ...fault.parameters },
    ...(fault.links || fault.down ? { cut: cutOf(fault, context) } : {}),
  });
}

async function injectAndProve(
  id: string,
  prepared: Pick<PreparedFault, 'inject' | 'prove'>,
  { nowMs, write }: FaultContext,
): Promise<void> {
  try {
    await prepared.inject();
    write({ type: 'fault.injected', t: nowMs(), fault: id });
    const evidence = await prepared.prove();
    if (evidence.length === 0) throw new FaultUnproved('nothing was seen of its bite');
    write({ type: 'fault.proved', t: nowMs(), fault: id, evidence });
  } catch (thrown) {
    const error = thrown instanceof UndoTaken ? new FaultUnproved(thrown.message) : thrown;
    if (error instanceof FaultUnproved)
      write({ type: 'fault.unproved', t: nowMs(), fault: id, reason: error.message });
    throw error;
  }
}

function cutOf(fault: Fault, context: FaultContext): Cut {
  const { links = [], scope = 'peer', down } = fault;
  return { links, scope, ...(down ? { down: [...down] } : {}), ...context.leader() };
}

async function healFault(
  id: string,
  fault: HealableFault,
  prepared: PreparedFault,
  held: Promise<Session[]>,
  { nowMs, write, owner }: FaultContext,
): Promise<void> {
  write({ type: 'fault.healing', t: nowMs(), fault: id });
  try {
    const leased = await held;
    for (const session of leased) {
      if (await leaseExpired(session, id, owner)) {
        write({ type: 'fault.lease-expired', t: nowMs(), fault: id });
        break;
      }
    }
    await prepared.heal();
    const evidence = await prepared.proveHealed().catch((error: unknown): string[] => {
      if (!(error instanceof NotAsBefore)) throw error;
      const message = `"${fault.title}" is off, but not everything is as before: ${error.message}`;
      write({ type: 'warning', t: nowMs(), message });
      return [message];
    });
    for (const session of leased) await forgetUndo(session, id, owner);
    write({ type: 'fault.healed', t: nowMs(), fault: id, evidence });
  } catch (error) {
    const reason = messageOf(error);
    const commands = [...prepared.commands.heal];
    write({ type: 'fault.heal-failed', t: nowMs(), fault: id, reason, commands });
    throw new DrillError(
      `Could not prove that "${fault.title}" is off: ${reason}. Take it off by hand with the commands in the report, or run \`drill clean\`.`,
      exitCode.notRemoved,
      error,
    );
  }
}

/** Looks once a second whether a held fault still bites; says so once when it does not. */
class Watch {
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  readonly #id: string;
  readonly #prepared: PreparedFault;
  readonly #context: FaultContext;

  constructor(id: string, prepared: PreparedFault, context: FaultContext) {
    this.#id = id;
    this.#prepared = prepared;
    this.#context = context;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look('cheap'));
    }, watchEveryMs);
  }

  /** Ends the watch with a last look, so that a fault lost in its last second is not missed. */
  async stop(): Promise<void> {
    if (!this.#timer) return;
    await this.#looking;
    if (this.#timer) await this.#look('last');
    this.#clear();
  }

  async #look(look: 'cheap' | 'last'): Promise<void> {
    if (!this.#timer) return;
    try {
      await this.#prepared.stillBites(look);
    } catch (error) {
      this.#clear();
      const reason = messageOf(error);
      this.#context.write({
        type: 'fault.unproved',
        t: this.#context.nowMs(),
        fault: this.#id,
        reason,
      });
    }
  }

  #clear(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
