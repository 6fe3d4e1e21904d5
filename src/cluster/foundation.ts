import type { Engine } from '../engine/engine.ts';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import type { ClusterStart } from './cluster-start.ts';
import { createDiskStore } from './disks.ts';
import { docker } from './docker-errors.ts';
import { startHelper } from './helper.ts';
import { keepLease } from './lease.ts';
import { labelsFor, nameOf } from './naming.ts';
import { removeRun } from './remove-run.ts';
import { type Session, openSession } from './session.ts';

/** What every pod of a run stands on: the run's lease, its network, its helper. */
export interface Foundation {
  readonly helper: Session;
  /** Leaves everything on the engine when the run ends; `drill clean` says that it was kept. */
  keep(): Promise<void>;
}

/**
 * Makes a run's foundation. The removal of all that the run makes is registered first; it finds
 * things by label, so it needs to know nothing about how far the run came.
 */
export async function layFoundation(start: ClusterStart): Promise<Foundation> {
  const { engine, identity, spec, toolbox, undo, fail } = start;
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
  const onDisks = spec.disks.data !== undefined || spec.disks.wal !== undefined;
  const [helper] = await Promise.all([openHelper(start, onDisks, toolbox), network]);
  const endRun = async (error: unknown): Promise<void> => fail(await whyLost(engine, error));
  const lease = keepLease(helper, (error) => void endRun(error));
  undo.defer('let the lease go', async () => {
    lease.stop();
    await helper[Symbol.asyncDispose]();
  });
  return {
    helper,
    async keep() {
      await helper.must('touch /run/drill/kept');
      kept = true;
    },
  };
}

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

async function openHelper(
  { engine, identity, log }: ClusterStart,
  onDisks: boolean,
  toolbox: string,
): Promise<Session> {
  if (onDisks) await createDiskStore(engine, identity);
  const container = await startHelper(engine, identity, toolbox, onDisks ? 'disks' : 'lease');
  return openSession(container, 'the helper', log);
}
