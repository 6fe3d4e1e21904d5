import { messageOf } from '../errors.ts';
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
  const { engine, identity, spec, toolbox, undo, nowMs, write } = start;
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
  const lease = keepLease(helper, (error) => {
    const message = `the run's lease can no longer be renewed: ${messageOf(error)}`;
    write({ type: 'warning', t: nowMs(), message });
  });
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

async function openHelper(
  { engine, identity, log }: ClusterStart,
  onDisks: boolean,
  toolbox: string,
): Promise<Session> {
  if (onDisks) await createDiskStore(engine, identity);
  const container = await startHelper(engine, identity, toolbox, onDisks ? 'disks' : 'lease');
  return openSession(container, 'the helper', log);
}
