import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { attachCluster } from '../../cluster/attach.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { resolveTargets } from '../../cluster/targets.ts';
import { connectEngine } from '../../engine/connect-engine.ts';
import type { Engine } from '../../engine/engine.ts';
import { DrillError, type ExitCode, exitCode } from '../../errors.ts';
import { type Fault, FaultUnproved } from '../../faults/fault.ts';
import type { JournalEvent } from '../../journal/events.ts';
import type { ParameterTable, ParameterValues } from '../../parameters.ts';
import { seededRandom } from '../../runner/random.ts';
import { UndoStack } from '../../runner/undo-stack.ts';
import { interruptSignal } from '../interrupt.ts';
import { faultLines } from './fault-lines.ts';
import { runNamed } from './on-run.ts';
import type { SettledFault } from './settle-fault.ts';

const undoWithinMs = 60_000;
/** Longer than a lease, so that the container never heals beside an owner that lives. */
const graceMs = 10_000;

/**
 * Takes one fault through its life on a run of somebody else's: attach, inject, prove, hold, heal,
 * prove. Its lease is its own: it comes off within 10 s of this process, whatever the run does.
 */
export async function injectByHand(settled: SettledFault): Promise<ExitCode> {
  const engine = await connectEngine({ env: process.env });
  const run = await liveRun(engine, settled.on);
  const interrupt = interruptSignal({
    doing: 'healing',
    left: 'what is leased comes off by itself; `drill fault heal --all` puts the rest right',
  });
  const undo = new UndoStack();
  const lost = new AbortController();
  const write = (event: JournalEvent): void => {
    for (const line of faultLines(event)) print(line);
    if (event.type === 'fault.unproved' || event.type === 'fault.lease-expired') lost.abort();
  };
  const owner = `h${randomBytes(3).toString('hex')}`;
  const startedAt = performance.now();
  try {
    const cluster = await attachCluster({
      engine,
      run,
      owner,
      heldAtMostMs: settled.holdMs + graceMs,
      passing: settled.dryRun,
      log: pino({ level: 'silent' }),
      nowMs: () => performance.now() - startedAt,
      write,
      undo,
      signal: interrupt,
    });
    const fault = await build(cluster, settled);
    if (settled.dryRun) await printCommands(fault, owner);
    else await hold(cluster, fault, settled.holdMs, AbortSignal.any([interrupt, lost.signal]));
  } catch (error) {
    if (!(error instanceof FaultUnproved)) throw error;
  } finally {
    await unwind(undo);
  }
  if (interrupt.aborted) return exitCode.interrupted;
  return lost.signal.aborted ? exitCode.inconclusive : exitCode.held;
}

async function liveRun(engine: Engine, name: string): Promise<string> {
  const { run, state } = await runNamed(engine, name);
  if (state !== 'dead') return run;
  throw new DrillError(
    `Run ${run} is dead: nobody looks after it. Remove it with \`drill clean ${run}\`.`,
  );
}

async function build(
  cluster: Cluster,
  { kind, parameters, target, towards, seed }: SettledFault,
): Promise<Fault> {
  const random = seededRandom(seed);
  const targets = await resolveTargets(cluster, target, random);
  const peers =
    towards === undefined
      ? cluster.except(...targets)
      : await resolveTargets(cluster, towards, random);
  return kind.build(
    { cluster, targets, towards: peers },
    // Read by the kind's own table.
    parameters as ParameterValues<ParameterTable>,
  );
}

async function printCommands(fault: Fault, id: string): Promise<void> {
  const { commands } = await fault.prepare(id);
  print(`# ${fault.title}: nothing was touched`);
  print('# inject');
  for (const command of commands.inject) print(command);
  print(fault.undo === 'irreversible' ? '# nothing takes it back; what is left to do' : '# heal');
  for (const command of commands.heal) print(command);
}

/** Ends early, healed, when it is interrupted or the fault is seen to bite no more. */
async function hold(
  cluster: Cluster,
  fault: Fault,
  holdMs: number,
  ends: AbortSignal,
): Promise<void> {
  await using _ = await cluster.inject(fault);
  if (fault.undo === 'irreversible') return;
  await pause(holdMs, undefined, { signal: ends }).catch((error: unknown) => {
    if (!ends.aborted) throw error;
  });
}

async function unwind(undo: UndoStack): Promise<void> {
  const failures = await undo.unwind(undoWithinMs);
  if (failures.length === 0) return;
  const said = failures.map(({ title, reason }) => `could not ${title}: ${reason}`);
  throw new DrillError(said.join('\n'), exitCode.notRemoved);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
