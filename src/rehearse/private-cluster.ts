import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { restoreFiles } from '../actions/restore-members.ts';
import type { Member } from '../cluster/member.ts';
import { parseClusterSpec } from '../cluster/spec.ts';
import { prepareCluster } from '../cluster/start-cluster.ts';
import type { Engine, EtcdImage } from '../engine/engine.ts';
import { DrillError, exitCode } from '../errors.ts';
import { type EtcdClient, type EtcdTarget, openClient } from '../etcd/client.ts';
import type { JournalEvent } from '../journal/events.ts';
import { openDiagnostics } from '../runner/diagnostics.ts';
import type { Phase } from '../runner/stage.ts';
import { UndoStack } from '../runner/undo-stack.ts';
import { startRestored } from './start-restored.ts';

/** What a private cluster is made of, and where. */
export interface PrivatePlace {
  readonly engine: Engine;
  readonly toolbox: string;
  readonly publish: string | undefined;
  /** Its logs go into a folder in it, called like the run. */
  readonly folder: string;
  readonly nowMs: () => number;
  /** A notice of what went wrong beside the way. */
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

export interface PrivateCluster {
  readonly run: string;
  readonly members: number;
  readonly image: EtcdImage;
  /** etcd's own default without it. */
  readonly quotaBytes: number | undefined;
  /** Of the cluster that the snapshot was taken from, where it has authentication. */
  readonly credentials: EtcdTarget['credentials'];
}

/** A cluster of nobody else's whose members have the files of a snapshot. */
export interface RestoredCluster {
  readonly members: readonly Member[];
  /** One of each member, with the credentials. */
  readonly clients: readonly EtcdClient[];
}

const undoWithinMs = 60_000;

/**
 * Makes a cluster, restores a snapshot on every member and starts them, each a phase; lends it to
 * `use`, and removes it whatever happens. It carries the labels and leases of a run, so `drill clean`
 * finds what a killed runner left.
 */
export async function withRestored<T>(
  place: PrivatePlace,
  { run, members: size, image, quotaBytes, credentials }: PrivateCluster,
  snapshot: string,
  phase: Phase,
  use: (restored: RestoredCluster) => Promise<T>,
): Promise<T> {
  const { signal, warn, ...rest } = place;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const logFolder = join(place.folder, 'logs', run);
  mkdirSync(logFolder, { recursive: true });
  const undo = new UndoStack();
  const log = openDiagnostics(logFolder);
  const perform = async (): Promise<T> => {
    const prepared = await phase('make the pods', () =>
      prepareCluster({
        ...rest,
        identity: { run, drill: 'rehearse' },
        spec: parseClusterSpec({ members: size, ...(quotaBytes !== undefined && { quotaBytes }) }),
        images: [image],
        logFolder,
        log,
        write: (event) => warnOf(event, warn),
        undo,
        signal: either,
        fail: (error) => stop.abort(error),
      }),
    );
    const { members } = prepared;
    await phase('restore', () => restoreFiles(members, { snapshot }));
    either.throwIfAborted();
    const clients = members.map(({ name, clientAddress }) =>
      openClient({ member: name, address: clientAddress, ...(credentials && { credentials }) }),
    );
    undo.defer('close the clients', () => closeAll(clients));
    await startRestored(members, clients, phase, either);
    return use({ members, clients });
  };
  const end = await settled(Promise.race([perform(), aborted(either)]));
  stop.abort(new DrillError('The private cluster is being removed.', exitCode.interrupted));
  const [failure] = await undo.unwind(undoWithinMs, log);
  if (failure !== undefined)
    throw new DrillError(
      `Could not ${failure.title}: ${failure.reason}. \`drill clean ${run}\` removes it.`,
      exitCode.notRemoved,
    );
  if (end.status === 'rejected') throw end.reason;
  return end.value;
}

/** Whether this is the error of a cluster that is still there. */
export function wasNotRemoved(error: unknown): boolean {
  return error instanceof DrillError && error.code === exitCode.notRemoved;
}

async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [end] = await Promise.allSettled([work]);
  return end;
}

async function closeAll(clients: readonly EtcdClient[]): Promise<void> {
  for (const client of clients) await client[Symbol.asyncDispose]();
}

function warnOf(event: JournalEvent, warn: (message: string) => void): void {
  if (event.type === 'warning') warn(event.message);
  if (event.type === 'member.state' && event.state === 'exited')
    warn(`${event.member} exited: ${event.detail ?? 'it did not say why'}`);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
