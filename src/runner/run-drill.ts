import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { startCluster } from '../cluster/start-cluster.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { sizeWarning } from '../cluster/spec.ts';
import { formatDuration } from '../duration.ts';
import type { Engine, EtcdImage } from '../engine/engine.ts';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import type { JournalEvent, JournalEventOf } from '../journal/events.ts';
import { journalSchema } from '../journal/events.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { Cell } from './cells.ts';
import { openDiagnostics } from './diagnostics.ts';
import { conclude } from './conclude.ts';
import { assertionsOf } from './judge.ts';
import type { Outcome, TimelineEnd } from './outcome.ts';
import { type Recorder, openRecorder } from './recorder.ts';
import { performTimeline } from './timeline.ts';
import { UndoStack } from './undo-stack.ts';

/** All that a run needs, settled before it starts. */
export interface DrillRun {
  readonly run: string;
  /** The run's own folder; made here. */
  readonly folder: string;
  readonly cell: Cell;
  readonly spec: ClusterSpec;
  readonly engine: Engine;
  readonly images: readonly [EtcdImage, ...EtcdImage[]];
  /** What the timeline changes members to. */
  readonly laterImages: readonly EtcdImage[];
  readonly toolbox: string;
  readonly publish: string | undefined;
  readonly seed: number;
  readonly timeoutMs: number;
  /** How long the cluster must be well before anything is broken. */
  readonly steadyMs: number;
  /** Fewest operations of the clients; 0 where the drill decides. */
  readonly operations: number;
  readonly keep: boolean;
  readonly command: string;
  /** What the reader must know first. */
  readonly notices: readonly string[];
  readonly drillVersion: string;
  readonly reporter: Reporter;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly interrupt: AbortSignal;
}

const undoWithinMs = 60_000;
/** How long a timeline that was aborted may take to end its own scopes. */
const workEndsWithinMs = 5000;

/**
 * Runs one drill from an empty engine to its reports. Whatever happens in between, everything it made
 * is removed before it is judged, or its end says what could not be.
 */
export async function runDrill(plan: DrillRun): Promise<Outcome> {
  makeFolder(plan.folder);
  const stop = new AbortController();
  const recorder = openRecorder(
    plan.folder,
    (event) => plan.reporter.onEvent?.(event),
    (error) => stop.abort(error),
  );
  recorder.write(startEvent(plan, recorder.nowMs()));
  const log = openDiagnostics(join(plan.folder, 'logs'));
  const undo = new UndoStack();
  const timeline = await conduct(plan, { recorder, undo, log }, stop);
  if (timeline.kind === 'failed') log.error({ err: timeline.error }, 'the timeline failed');
  const failures = await undo.unwind(undoWithinMs, log);
  const unhealed = failures.map(({ title, reason }) => `could not ${title}: ${reason}`);
  return conclude(plan, recorder, timeline, unhealed);
}

/** What a run writes to, and what puts right what it does. */
interface Tools {
  readonly recorder: Recorder;
  readonly undo: UndoStack;
  readonly log: Logger;
}

/** Performs the drill until it ends, its deadline strikes, it is interrupted or recording fails. */
async function conduct(plan: DrillRun, tools: Tools, stop: AbortController): Promise<TimelineEnd> {
  const signal = AbortSignal.any([stop.signal, plan.interrupt]);
  let step = 'start the cluster';
  const deadline = setTimeout(() => {
    const message = `the run's deadline of ${formatDuration(plan.timeoutMs)} struck in "${step}" (\`--timeout\`)`;
    stop.abort(new DrillError(message, exitCode.inconclusive));
  }, plan.timeoutMs);
  const work = perform(plan, tools, {
    signal,
    fail: (error) => stop.abort(error),
    onStep: (title) => {
      step = title;
    },
  });
  try {
    return await Promise.race([work, aborted(signal)]);
  } catch (error) {
    return plan.interrupt.aborted ? { kind: 'interrupted' } : { kind: 'failed', error };
  } finally {
    clearTimeout(deadline);
    // What still runs ends here; what it would start from now on is refused by the undo stack.
    stop.abort(new DrillError('The run is ending.', exitCode.interrupted));
    await Promise.race([Promise.allSettled([work]), pause(workEndsWithinMs)]);
  }
}

/** How a performance is ended from outside, and says where it is. */
interface Course {
  readonly signal: AbortSignal;
  readonly fail: (error: DrillError) => void;
  readonly onStep: (title: string) => void;
}

async function perform(
  plan: DrillRun,
  { recorder, undo, log }: Tools,
  { signal, fail, onStep }: Course,
): Promise<TimelineEnd> {
  const { nowMs, write } = recorder;
  const { cell, seed, engine, spec, images, toolbox, publish } = plan;
  const logFolder = join(plan.folder, 'logs');
  const identity = { run: plan.run, drill: cell.drill };
  const place = { engine, identity, spec, images, toolbox, publish, logFolder };
  const { cluster, keep } = await startCluster({
    ...place,
    log,
    nowMs,
    write,
    undo,
    signal,
    fail,
  });
  if (plan.keep) {
    await keep();
    const endpoints = cluster.members.map((member) => member.clientAddress).join(',');
    const message = `the cluster stays up: \`etcdctl --endpoints ${endpoints}\` reaches it, \`drill clean ${plan.run}\` removes it`;
    write({ type: 'warning', t: nowMs(), message });
  }
  const { steadyMs, operations, laterImages, folder } = plan;
  const course = { folder, recorder, undo, signal, steadyMs, operations, onStep };
  return performTimeline({ cell, seed, cluster, images: [...images, ...laterImages], ...course });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(join(folder, 'logs'), { recursive: true });
  } catch (error) {
    throw new DrillError(
      `Could not make the run's folder ${folder}: ${messageOf(error)}. Name a writable one with \`--output\`.`,
      undefined,
      error,
    );
  }
}

function startEvent(plan: DrillRun, t: number): JournalEvent {
  const { cell, spec, engine } = plan;
  const images = [...plan.images, ...plan.laterImages];
  const warning = sizeWarning(spec.members);
  const notices = [
    ...(cell.control
      ? [`This is the drill's control: it must end violated, because ${cell.control.because}.`]
      : []),
    ...plan.notices,
    ...new Set(images.flatMap((image) => image.notice ?? [])),
    ...(warning ? [warning] : []),
  ];
  return {
    type: 'run.started',
    t,
    schema: journalSchema,
    run: plan.run,
    drill: cell.drill,
    summary: cell.scenario.definition.summary,
    startedAt: new Date().toISOString(),
    command: plan.command,
    seed: plan.seed,
    parameters: { ...cell.parameters },
    spec: asJson(spec),
    versions: {
      drill: plan.drillVersion,
      etcd: [...new Set(images.map((image) => image.version))].join(', '),
      etcdSource: [...new Set(images.map((image) => image.source))].join(', '),
      engine: `Docker ${engine.version}`,
      kernel: engine.kernel,
    },
    assertions: assertionsOf(cell).map(({ name, options }) => ({ name, options: asJson(options) })),
    notices,
  };
}

/** Plain JSON: what is undefined is left out. */
const asJson = (value: object): JournalEventOf<'run.started'>['spec'] =>
  JSON.parse(JSON.stringify(value)) as JournalEventOf<'run.started'>['spec'];
