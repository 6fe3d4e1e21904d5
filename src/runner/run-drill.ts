import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startCluster } from '../cluster/start-cluster.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { sizeWarning } from '../cluster/spec.ts';
import { formatDuration } from '../duration.ts';
import type { Engine, EtcdImage } from '../engine/engine.ts';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import { readHistory } from '../history/read.ts';
import type { JournalEvent, JournalEventOf } from '../journal/events.ts';
import { journalSchema } from '../journal/events.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { Cell } from './cells.ts';
import { assertionsOf, judge } from './judge.ts';
import { type Outcome, type TimelineEnd, outcomeOf } from './outcome.ts';
import { openRecorder } from './recorder.ts';
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
  readonly toolbox: string;
  readonly publish: string | undefined;
  readonly seed: number;
  readonly timeoutMs: number;
  readonly keep: boolean;
  readonly command: string;
  readonly drillVersion: string;
  readonly reporter: Reporter;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly interrupt: AbortSignal;
}

const undoWithinMs = 60_000;

/** Runs one drill from an empty engine to its reports, and leaves nothing behind on any path. */
export async function runDrill(plan: DrillRun): Promise<Outcome> {
  makeFolder(plan.folder);
  const stop = new AbortController();
  const recorder = openRecorder(
    plan.folder,
    (event) => plan.reporter.onEvent?.(event),
    (error) => stop.abort(error),
  );
  const { nowMs, write } = recorder;
  write(startEvent(plan, nowMs()));

  const undo = new UndoStack();
  const signal = AbortSignal.any([stop.signal, plan.interrupt]);
  let step = 'the start of the cluster';
  const deadline = setTimeout(() => {
    const message = `the run's deadline of ${formatDuration(plan.timeoutMs)} struck in "${step}" (\`--timeout\`)`;
    stop.abort(new DrillError(message, exitCode.inconclusive));
  }, plan.timeoutMs);

  let timeline: TimelineEnd;
  try {
    const work = perform(plan, { recorder, undo, signal, onStep: (title) => (step = title) });
    work.catch(() => undefined); // after an abort its end is told by the signal
    timeline = await Promise.race([work, aborted(signal)]);
  } catch (error) {
    timeline = plan.interrupt.aborted ? { kind: 'interrupted' } : { kind: 'failed', error };
  } finally {
    clearTimeout(deadline);
  }
  // What still runs ends here; what it would start from now on is refused by the undo stack.
  stop.abort(new DrillError('The run is ending.', exitCode.interrupted));
  const failures = await undo.unwind(undoWithinMs);
  await recorder.history.close().catch((error: unknown) => {
    timeline = { kind: 'failed', error };
  });

  const unhealed = failures.map(({ title, reason }) => `could not ${title}: ${reason}`);
  const history = readHistory(join(plan.folder, 'history.bin'));
  const verdicts = judge(plan.cell, { events: recorder.events, history });
  for (const verdict of verdicts) write({ type: 'verdict', t: nowMs(), verdict });
  const outcome = outcomeOf(timeline, verdicts, unhealed);
  write({ type: 'run.ended', t: nowMs(), ...outcome });
  recorder.close();
  await plan.reporter.onEnd?.({ events: recorder.events, history }, plan.folder);
  return outcome;
}

interface Performance {
  readonly recorder: ReturnType<typeof openRecorder>;
  readonly undo: UndoStack;
  readonly signal: AbortSignal;
  readonly onStep: (title: string) => void;
}

async function perform(
  plan: DrillRun,
  { recorder, undo, signal, onStep }: Performance,
): Promise<TimelineEnd> {
  const { nowMs, write } = recorder;
  const logFolder = join(plan.folder, 'logs');
  mkdirSync(logFolder);
  const started = await startCluster({
    engine: plan.engine,
    identity: { run: plan.run, drill: plan.cell.drill },
    spec: plan.spec,
    images: plan.images,
    toolbox: plan.toolbox,
    publish: plan.publish,
    logFolder,
    nowMs,
    write,
    undo,
    signal,
  });
  if (plan.keep) {
    await started.keep();
    const endpoints = started.cluster.members.map((member) => member.clientAddress).join(',');
    write({
      type: 'warning',
      t: nowMs(),
      message: `the cluster stays up: etcdctl --endpoints ${endpoints}; remove it with \`drill clean ${plan.run}\``,
    });
  }
  return performTimeline(plan, { cluster: started.cluster, recorder, undo, signal, onStep });
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
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new DrillError(
      `Could not make the run's folder ${folder}: ${messageOf(error)}. Name a writable one with \`--output\`.`,
      undefined,
      error,
    );
  }
}

function startEvent(plan: DrillRun, t: number): JournalEvent {
  const { cell, spec, images, engine } = plan;
  const notices = [...new Set(images.flatMap((image) => image.notice ?? []))];
  const warning = sizeWarning(spec.members);
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
    notices: warning ? [...notices, warning] : notices,
  };
}

/** Plain JSON: what is undefined is left out. */
const asJson = (value: object): JournalEventOf<'run.started'>['spec'] =>
  JSON.parse(JSON.stringify(value)) as JournalEventOf<'run.started'>['spec'];
