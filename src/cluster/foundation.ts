import type Docker from 'dockerode';
import type { Engine } from '../engine/engine.ts';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import { begin } from '../runner/begin.ts';
import { allSettled } from './all-settled.ts';
import type { ClusterStart } from './cluster-start.ts';
import { createDiskStore } from './disks.ts';
import { docker } from './docker-errors.ts';
import { mapperMajor } from './device-mapper.ts';
import { type HelperAbility, startHelper } from './helper.ts';
import { keepLease } from './lease.ts';
import { labelsFor, nameOf } from './naming.ts';
import { removeRun } from './remove-run.ts';
import { type Session, openSession } from './session.ts';
import { type ToolsOpener, toolsOf } from './tools.ts';

/** What every pod of a run stands on: the run's lease, its network, its helper. */
export interface Foundation {
  readonly helper: Session;
  readonly tools: ToolsOpener;
  /** Leaves everything on the engine when the run ends; `drill clean` says that it was kept. */
  keep(): Promise<void>;
}

/**
 * Makes a run's foundation. The removal of all that the run makes is registered first; it finds
 * things by label, so it needs to know nothing about how far the run came.
 */
export async function layFoundation(start: ClusterStart): Promise<Foundation> {
  const { engine, identity, undo, fail, log } = start;
  const ability = await helperAbility(start);
  let kept = false;
  undo.defer(`remove what ${identity.run} made`, async () => {
    if (!kept) await removeRun(engine, identity.run);
  });
  const network = docker(engine, 'create the network', () =>
    engine.docker.createNetwork({
      Name: nameOf(identity, 'net'),
      Labels: labelsFor(identity, 'network'),
    }),
  );
  const [container] = await allSettled([createHelper(start, ability), network]);
  const helper = await begin(
    undo,
    'close the session with the helper',
    () => openSession(container, 'the helper', log),
    (session) => session[Symbol.asyncDispose](),
  );
  const endRun = async (error: unknown): Promise<void> => fail(await whyLost(engine, error));
  await begin(
    undo,
    'let the lease go',
    () => keepLease(container, 'the helper', (error) => void endRun(error)),
    (lease) => lease[Symbol.asyncDispose](),
  );
  return {
    helper,
    tools: toolsOf({ ...start, onLost: toolsLost(start) }),
    async keep() {
      await helper.must('touch /run/drill/kept');
      kept = true;
    },
  };
}

const toolsLost =
  ({ nowMs, write }: ClusterStart) =>
  (container: string, error: unknown): void => {
    const message = `the lease of ${container} can no longer be renewed: ${messageOf(error)}`;
    write({ type: 'warning', t: nowMs(), message });
  };

/** A run without its lease is dead to `drill clean`, and most often its engine is gone. */
async function whyLost(engine: Engine, error: unknown): Promise<DrillError> {
  try {
    await docker(engine, "renew the run's lease", () => engine.docker.ping());
  } catch (gone) {
    if (gone instanceof DrillError) return gone;
  }
  return new DrillError(
    `The run's lease is lost (${messageOf(error)}): were its containers removed, by \`drill clean\` or by hand?`,
    exitCode.couldNotRun,
    error,
  );
}

/** What the run's helper must be able to do; what the kernel lacks for it is refused. */
async function helperAbility({ engine, toolbox, spec }: ClusterStart): Promise<HelperAbility> {
  const { data, wal, mapper } = spec.disks;
  if (data === undefined && wal === undefined) return 'lease';
  return mapper ? { mapperMajor: await mapperMajor(engine, toolbox) } : 'disks';
}

async function createHelper(
  { engine, identity, toolbox, signal }: ClusterStart,
  ability: HelperAbility,
): Promise<Docker.Container> {
  if (ability !== 'lease') await createDiskStore(engine, identity);
  signal.throwIfAborted();
  return startHelper(engine, identity, toolbox, ability);
}
