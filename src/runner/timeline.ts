import type { Cluster } from '../cluster/cluster.ts';
import type { EtcdImage } from '../engine/engine.ts';
import { messageOf } from '../errors.ts';
import { loadSpec } from '../load/spec.ts';
import { type Cell, settled } from './cells.ts';
import { startClients } from './clients.ts';
import { createStage } from './create-stage.ts';
import { operationsDone, sentOperations } from './operations-done.ts';
import type { TimelineEnd } from './outcome.ts';
import type { Recorder } from './recorder.ts';
import { proveSteadyState } from './steady-state.ts';
import type { UndoStack } from './undo-stack.ts';

export interface TimelineContext {
  readonly cell: Cell;
  readonly seed: number;
  /** The run's own. */
  readonly folder: string;
  readonly cluster: Cluster;
  /** Every version of the run. */
  readonly images: readonly EtcdImage[];
  readonly recorder: Recorder;
  readonly undo: UndoStack;
  readonly signal: AbortSignal;
  /** How long the cluster must be well before anything is broken. */
  readonly steadyMs: number;
  /** The clients go on after the drill until they have sent so many operations; 0 for no longer. */
  readonly operations: number;
  /** Told the title of each step, for the message of a deadline. */
  readonly onStep: (title: string) => void;
}

/**
 * From a started cluster to the last look at it: clients on, steady state proven, the drill's own
 * timeline, then what the assertions need to know of the end. What the timeline threw is returned,
 * so that the end is looked at on every path but an abort.
 */
export async function performTimeline(context: TimelineContext): Promise<TimelineEnd> {
  const { cell, seed, cluster, recorder, undo, steadyMs, signal } = context;
  const spec = loadSpec(settled(cell.scenario.definition.load ?? {}, cell));
  const clients = await startClients(cluster, spec, seed, recorder, undo);
  const stage = createStage(context, clients);
  const warn = (message: string): void =>
    recorder.write({ type: 'warning', t: recorder.nowMs(), message });

  let end: TimelineEnd = { kind: 'done' };
  try {
    await stage.step('prove the steady state', () =>
      proveSteadyState(cluster, { progress: clients.progress, steadyMs, signal, warn }),
    );
    await cell.scenario.timeline(stage);
    const { operations } = context;
    if (sentOperations(clients.progress()) < operations)
      await stage.step(`go on to ${operations} operations`, () =>
        operationsDone(operations, clients.progress, signal),
      );
  } catch (error) {
    signal.throwIfAborted();
    end = { kind: 'failed', error };
  }
  try {
    await stage.step('look at the end', () => clients.lookAtTheEnd(cluster));
  } catch (error) {
    signal.throwIfAborted();
    // The assertions say what the missing evidence means; here only why it is missing.
    warn(messageOf(error));
  }
  return end;
}
