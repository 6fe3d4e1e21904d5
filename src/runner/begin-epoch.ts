import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import { epochTitle, type EpochStart } from '../history/epoch.ts';
import type { KeyValue } from '../history/operation.ts';
import { eventually } from '../wait.ts';
import { readKeyspace } from './read-keyspace.ts';
import type { Recorder } from './recorder.ts';

/** What a drill knows of the epoch it begins. */
export type EpochPlan =
  | {
      readonly kind: 'restore';
      /** The snapshot's, as `etcdutl snapshot status` tells it. */
      readonly restoredRevision: number;
      /** What `--bump-revision` raised it to. */
      readonly bumpedTo?: number;
    }
  | {
      readonly kind: 'force-new-cluster';
      /** The survivor's last; absent: the first that the new cluster answers with. */
      readonly restoredRevision?: number;
    };

/** What surrounds an epoch's beginning. */
export interface EpochSurroundings {
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  /** Of the epoch that begins. */
  readonly number: number;
  readonly signal: AbortSignal;
}

/** How long the new cluster may take to answer, once it is said to be started. */
const answersWithinMs = 15_000;

/**
 * Starts the new cluster and records the state it begins with. A state that cannot be read is
 * recorded as such, whatever the reason: what follows must never be judged as the old epoch's.
 */
export async function beginEpoch(
  plan: EpochPlan,
  start: () => Promise<void>,
  { cluster, recorder, number, signal }: EpochSurroundings,
): Promise<EpochStart> {
  const { nowMs } = recorder;
  const startedMs = nowMs();
  try {
    await start();
  } catch (error) {
    record(recorder, number, unknownStart(plan, startedMs, error), []);
    throw error;
  }
  let began: { start: EpochStart; state: readonly KeyValue[] };
  try {
    began = await readStart(plan, startedMs, cluster, signal);
  } catch (error) {
    signal.throwIfAborted();
    began = { start: unknownStart(plan, startedMs, error), state: [] };
  }
  record(recorder, number, began.start, began.state);
  return began.start;
}

function unknownStart(plan: EpochPlan, startedMs: number, error: unknown): EpochStart {
  const { kind, restoredRevision = 0 } = plan;
  return { kind, startedMs, restoredRevision, unknownBecause: messageOf(error) };
}

async function readStart(
  plan: EpochPlan,
  startedMs: number,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<{ start: EpochStart; state: readonly KeyValue[] }> {
  const bumped = plan.kind === 'restore' ? plan.bumpedTo : undefined;
  const goesOnFrom = bumped ?? plan.restoredRevision;
  const { member, revision, kvs } = await eventually(
    {
      subject: 'An answer with the whole keyspace of the new cluster',
      withinMs: answersWithinMs,
      code: exitCode.inconclusive,
      signal,
    },
    () => firstAnswer(cluster.members, goesOnFrom),
  );
  const { compactRevision } = await member.admin.hashKv();
  const { kind, restoredRevision = revision } = plan;
  const start: EpochStart = {
    kind,
    startedMs,
    restoredRevision,
    ...(bumped === undefined ? {} : { bumpedTo: bumped }),
    ...(compactRevision > 0 ? { compactRevision } : {}),
  };
  return { start, state: kvs };
}

/** Every member is asked in turn; those that are still to join do not answer. */
async function firstAnswer(members: readonly Member[], revision: number | undefined) {
  for (const member of members) {
    const read = await readKeyspace(member.client, revision);
    if (read.kind === 'read') return { member, ...read };
    if (read.final) throw new DrillError(read.reason, exitCode.inconclusive);
  }
  return undefined;
}

function record(
  { history, write, nowMs }: Recorder,
  number: number,
  start: EpochStart,
  state: readonly KeyValue[],
): void {
  history.beginEpoch(start, state);
  const data = { ...start, number, keys: state.length, title: epochTitle(number, start) };
  write({ type: 'observation', t: nowMs(), name: 'epoch', data });
}
