import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.ts';
import { durationMs } from '../duration.ts';
import { messageOf } from '../errors.ts';
import { type ApplicationReport, startApplication } from '../load/application.ts';
import { finalRead } from '../load/final-read.ts';
import { startLoad } from '../load/load.ts';
import { loadSpec } from '../load/spec.ts';
import { startWatchers } from '../load/watchers.ts';
import type { ParameterValues, ParameterTable } from '../parameters.ts';
import { observeFinalState } from './final-state.ts';
import type { TimelineEnd } from './outcome.ts';
import { startProbe } from './probe.ts';
import { seededRandom } from './random.ts';
import type { Recorder } from './recorder.ts';
import type { DrillRun } from './run-drill.ts';
import type { Stage } from './stage.ts';
import { proveSteadyState } from './steady-state.ts';
import type { UndoStack } from './undo-stack.ts';

export interface TimelineContext {
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  readonly undo: UndoStack;
  readonly signal: AbortSignal;
  readonly onStep: (title: string) => void;
}

const watchersCatchUpMs = 10_000;

/**
 * From a started cluster to the last look at it: clients and watchers on, steady state proven, the
 * drill's own timeline, then everything that the assertions need to know of the end. What the
 * timeline threw is returned, so that the end is looked at on every path but an abort.
 */
export async function performTimeline(
  plan: DrillRun,
  { cluster, recorder, undo, signal, onStep }: TimelineContext,
): Promise<TimelineEnd> {
  const { nowMs, write, history } = recorder;
  const members = cluster.members.map(({ name, clientAddress }) => ({
    name,
    address: clientAddress,
  }));
  const spec = loadSpec(plan.cell.scenario.definition.load ?? {});
  const watchers = startWatchers({ members, nowMs, sink: history });
  undo.defer('stop the watchers', async () => watchers.stop());
  const load = startLoad({ members, spec, seed: plan.seed, nowMs, sink: history });
  undo.defer('stop the load', async () => {
    await load.stop();
  });
  const application = await startApplication({ members, nowMs });
  undo.defer('stop the application', async () => {
    await application.stop();
  });
  write({
    type: 'load.started',
    t: nowMs(),
    clients: spec.clients,
    description: describeLoad(spec),
  });

  const step: Stage['step'] = async (title, body) => {
    onStep(title);
    write({ type: 'step.started', t: nowMs(), step: title });
    try {
      const result = await body();
      write({ type: 'step.ended', t: nowMs(), step: title, outcome: 'done' });
      return result;
    } catch (error) {
      const reason = messageOf(error);
      write({ type: 'step.ended', t: nowMs(), step: title, outcome: 'failed', error: reason });
      throw error;
    }
  };
  const stage: Stage & { parameters: ParameterValues<ParameterTable> } = {
    cluster,
    load: {
      run: (howLong) => pause(durationMs(howLong), undefined, { signal }),
    },
    step,
    probe: (probed) => startProbe(probed, nowMs, (operation) => history.operation(operation)),
    observe: (name, data, member) =>
      write({
        type: 'observation',
        t: nowMs(),
        name,
        data,
        ...(member ? { member: member.name } : {}),
      }),
    random: seededRandom(plan.seed),
    parameters: plan.cell.parameters as ParameterValues<ParameterTable>,
  };

  let end: TimelineEnd = { kind: 'done' };
  try {
    await step('prove the steady state', () =>
      proveSteadyState(cluster, () => load.counts(), signal),
    );
    await plan.cell.scenario.timeline(stage);
  } catch (error) {
    signal.throwIfAborted();
    end = { kind: 'failed', error };
  }
  await step('look at the end', async () => {
    const counts = await load.stop();
    write({ type: 'load.ended', t: nowMs(), counts: { ...counts } });
    write({
      type: 'observation',
      t: nowMs(),
      name: 'application',
      data: felt(await application.stop()),
    });
    const revision = await finalRead({ members, spec, nowMs, sink: history });
    for (const { member, seenRevision } of await watchers.caughtUpTo(revision, watchersCatchUpMs)) {
      const message = `the watcher of ${member} ended at revision ${seenRevision}, before ${revision}`;
      write({ type: 'warning', t: nowMs(), message });
    }
    await observeFinalState(cluster, revision, nowMs, write);
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    // The assertions say what the missing evidence means; the step's failure stands in the journal.
    write({ type: 'warning', t: nowMs(), message: messageOf(error) });
  });
  return end;
}

/** What a stock client felt, flat, for the journal. */
const felt = ({ answered, failed, longestGap, errors }: ApplicationReport) => ({
  answered,
  failed,
  longestGapStartMs: longestGap.startMs,
  longestGapMs: longestGap.durationMs,
  errors: [...errors],
});

const describeLoad = (spec: ReturnType<typeof loadSpec>): string => JSON.stringify(spec.mix);
