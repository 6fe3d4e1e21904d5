import { boundUndo, forgetUndo, holdUndo, leaseExpired, registerUndo } from '../cluster/lease.ts';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import type { Cut, JournalEvent } from '../journal/events.ts';
import type { UndoStack } from '../runner/undo-stack.ts';
import {
  type Damage,
  type Fault,
  type FaultTarget,
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

  let healing: Promise<void> | undefined;
  const heal = (): Promise<void> => (healing ??= healFault(id, fault, prepared, context));
  const watch = new Watch(id, prepared, context);
  const end = async (): Promise<void> => {
    await watch.stop();
    await heal();
    healed();
  };
  const healed = context.undo.defer(`heal "${fault.title}"`, end);

  try {
    const { title } = fault;
    for (const [session, script] of undosOf(prepared))
      await registerUndo(session, { fault: id, title, script }, context.owner);
    await injectAndProve(id, prepared, context);
    await boundUndos(id, prepared, context);
    watch.start();
  } catch (error) {
    await end();
    throw error;
  }
  return { id, heal: end, [Symbol.asyncDispose]: end };
}

/** One undo per container: of targets that share one, a script that fails keeps no other from running. */
function undosOf({ undoScripts }: PreparedFault): Map<FaultTarget['session'], string> {
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
  { undoScripts }: PreparedFault,
  { owner, heldAtMostMs }: FaultContext,
): Promise<void> {
  if (heldAtMostMs === undefined) return;
  for (const { session } of undoScripts.keys())
    await boundUndo(session, id, heldAtMostMs / 1000, owner);
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
  await prepared.inject();
  write({ type: 'fault.injected', t: nowMs(), fault: id });
  try {
    const evidence = await prepared.prove();
    if (evidence.length === 0) throw new FaultUnproved('nothing was seen of its bite');
    write({ type: 'fault.proved', t: nowMs(), fault: id, evidence });
  } catch (error) {
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
  { nowMs, write, owner }: FaultContext,
): Promise<void> {
  write({ type: 'fault.healing', t: nowMs(), fault: id });
  try {
    const leased = [...prepared.undoScripts.keys()];
    for (const { session } of leased) await holdUndo(session, owner);
    for (const { session } of leased) {
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
    for (const { session } of leased) await forgetUndo(session, id, owner);
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
