import type { Manifest } from '../backup/manifest.ts';
import type { EtcdImage } from '../engine/engine.ts';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import type { EtcdTarget } from '../etcd/client.ts';
import { type Outcome, outcomeOf, type TimelineEnd } from '../runner/outcome.ts';
import type { Phase } from '../runner/stage.ts';
import type { SnapshotSummary } from '../snapshot/open-snapshot.ts';
import type { Verdict } from '../verdict.ts';
import { askLive } from './ask-live.ts';
import { isItsFault } from './at-fault.ts';
import type { Facts } from './facts.ts';
import { inspectRestored } from './inspect-restored.ts';
import { judgeRehearsal } from './judge-rehearsal.ts';
import { type PrivatePlace, wasNotRemoved, withRestored } from './private-cluster.ts';
import { NotLetIn } from './start-restored.ts';
import { tryNextMinor } from './try-next-minor.ts';

/** All that a rehearsal needs, settled before it starts. */
export interface RehearsalPlan {
  readonly run: string;
  readonly place: Omit<PrivatePlace, 'warn'>;
  readonly snapshot: SnapshotSummary;
  readonly manifest: Manifest | undefined;
  readonly prefixDepth: number;
  readonly members: number;
  readonly image: EtcdImage;
  /** Absent: etcd's default. */
  readonly quotaBytes: number | undefined;
  /** Of the file's cluster, where it has authentication. */
  readonly credentials: EtcdTarget['credentials'];
  /** The live cluster to compare with; the first that answers is asked, and only reads are sent. */
  readonly live: readonly EtcdTarget[] | undefined;
  readonly showValues: boolean;
  readonly timeoutMs: number;
  /** Tells what is being done, as it begins and ends. */
  readonly step: Phase;
}

export interface Rehearsed {
  readonly facts: Facts;
  readonly verdicts: readonly Verdict[];
  readonly outcome: Outcome;
  readonly warnings: readonly string[];
}

/** etcd's own, without `--quota-backend-bytes`. */
const defaultQuotaBytes = 2 * 2 ** 30;
/** Parts that end without a restored cluster, but not without a finding. */
const restoringPhases = ['restore', 'start', 'elect'];

/**
 * Restores a snapshot into a cluster of its own, holds what that serves against the file, and removes
 * the cluster. The file and whatever cluster it came from are only read. Never throws: how it ended
 * is in the outcome.
 */
export async function rehearse(plan: RehearsalPlan): Promise<Rehearsed> {
  const { snapshot, manifest, place, quotaBytes } = plan;
  const facts: { -readonly [K in keyof Facts]: Facts[K] } = {
    snapshot,
    ...(manifest && { manifest }),
    quota: { bytes: quotaBytes ?? defaultQuotaBytes, isAsked: quotaBytes !== undefined },
    phases: [],
  };
  const warnings: string[] = [];
  const measured = measuring(plan, facts);
  const work = async (signal: AbortSignal): Promise<void> => {
    const here = { ...place, signal, warn: (message: string) => void warnings.push(message) };
    const { live } = plan;
    if (live !== undefined) {
      const ask = () => askLive(live, snapshot.revision);
      facts.live = await measured.phase('ask the live cluster', ask);
    }
    await restoreAndLook(plan, here, facts, measured);
    facts.nextMinor = await tryNextMinor(
      { ...plan, step: measured.phase, quotaBytes: roomFor(plan) },
      here,
    );
  };
  const end = await bounded(plan, work);
  const unhealed = notRemovedIn(end);
  const verdicts = judgeRehearsal(facts, plan);
  const timeline: TimelineEnd = unhealed.length > 0 ? { kind: 'done' } : end;
  return { facts, verdicts, warnings, outcome: outcomeOf(timeline, verdicts, unhealed) };
}

/** Ends it by its deadline or an interruption; what it made is removed before this resolves. */
async function bounded(
  { timeoutMs, place: { signal: interrupt } }: RehearsalPlan,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<TimelineEnd> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    const message = `the rehearsal was not done after ${timeoutMs / 1000} s (\`--timeout\`)`;
    late.abort(new DrillError(message, exitCode.inconclusive));
  }, timeoutMs);
  try {
    await work(AbortSignal.any([interrupt, late.signal]));
    return { kind: 'done' };
  } catch (error) {
    const isOver = interrupt.aborted && !wasNotRemoved(error);
    return isOver ? { kind: 'interrupted' } : { kind: 'failed', error };
  } finally {
    clearTimeout(timer);
  }
}

function notRemovedIn(end: TimelineEnd): string[] {
  return end.kind === 'failed' && wasNotRemoved(end.error) ? [messageOf(end.error)] : [];
}

interface Measured {
  readonly phase: Phase;
  /** The part under way, or that failed. */
  current(): string;
}

function measuring(
  { step, place: { nowMs } }: RehearsalPlan,
  facts: { phases: Facts['phases'] },
): Measured {
  let current = '';
  return {
    current: () => current,
    async phase(name, body) {
      current = name;
      const startMs = nowMs();
      const result = await step(name, body);
      facts.phases = [...facts.phases, { name, startMs, endMs: nowMs() }];
      return result;
    },
  };
}

async function restoreAndLook(
  plan: RehearsalPlan,
  place: PrivatePlace,
  facts: { -readonly [K in keyof Facts]: Facts[K] },
  { phase, current }: Measured,
): Promise<void> {
  const { snapshot, prefixDepth, credentials, run, members, image } = plan;
  const { signal } = place;
  const cluster = { run, members, image, credentials, quotaBytes: roomFor(plan) };
  try {
    facts.restored = await withRestored(place, cluster, snapshot.path, phase, (restored) =>
      inspectRestored(restored, { snapshot, prefixDepth, signal }, phase),
    );
  } catch (error) {
    const isOther = wasNotRemoved(error) || error instanceof NotLetIn;
    if (signal.aborted || isOther || !restoringPhases.includes(current())) throw error;
    await place.engine.docker.ping(); // An engine that is gone ends the rehearsal.
    facts.notRestored = {
      phase: current(),
      reason: messageOf(error),
      isItsFault: isItsFault(error),
    };
  }
}

/** What is larger than the default quota is restored with more, so that the rest can be judged. */
function roomFor({ quotaBytes, snapshot }: RehearsalPlan): number | undefined {
  if (quotaBytes !== undefined || 2 * snapshot.databaseBytes < defaultQuotaBytes) return quotaBytes;
  return 2 * snapshot.databaseBytes;
}
