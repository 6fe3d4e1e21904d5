import { acknowledgedWrite } from '../../history/acknowledged-write.ts';
import type { RecordedRun } from '../../journal/recorded-run.ts';
import type { FaultWindow } from './fault-windows.ts';
import { isWrite } from './requests.ts';

/** When writes were acknowledged around a fault, in milliseconds of the run. */
export interface Acknowledgements {
  /** Return of the last one that came before the fault was in place. */
  lastBeforeMs: number | undefined;
  /** Return of the first one invoked with the fault in place. */
  firstAfterMs: number | undefined;
  /** Return of the first one that came after healing began, likewise invoked. */
  firstAfterHealMs: number | undefined;
  /** Return of the last write attempt of any outcome invoked with the fault in place. */
  lastAttemptMs: number | undefined;
}

/** How writes fared around one fault: for the cluster as a whole and for each endpoint. */
export interface Recovery {
  readonly cluster: Acknowledgements;
  readonly endpoints: ReadonlyMap<string, Acknowledgements>;
  /** Longest time between two consecutive acknowledgements that overlaps the fault. */
  readonly longestGapMs: number;
}

/** One pass over the history for all of a run's faults. */
export function recoveries(run: RecordedRun, windows: readonly FaultWindow[]): Recovery[] {
  const found = windows.map((window) => ({
    window,
    cluster: none(),
    endpoints: new Map<string, Acknowledgements>(),
    longestGapMs: 0,
  }));
  let previousMs: number | undefined;
  for (const operation of run.history.operations()) {
    if (!isWrite(operation.request)) continue;
    const { invokedMs, returnedMs, member } = operation;
    const acknowledged = acknowledgedWrite(operation);
    for (const recovery of found) {
      const { window, cluster, endpoints } = recovery;
      const endpoint = endpoints.get(member) ?? none();
      endpoints.set(member, endpoint);
      note(cluster, window, invokedMs, returnedMs, acknowledged);
      note(endpoint, window, invokedMs, returnedMs, acknowledged);
      const overlaps =
        previousMs !== undefined && returnedMs > window.injectedMs && previousMs < window.healedMs;
      if (acknowledged && previousMs !== undefined && overlaps) {
        recovery.longestGapMs = Math.max(recovery.longestGapMs, returnedMs - previousMs);
      }
    }
    if (acknowledged) previousMs = returnedMs;
  }
  for (const recovery of found) countTrailingGap(recovery, previousMs);
  return found;
}

/** Writes that stopped under the fault and never came back leave a gap without an end. */
function countTrailingGap(
  recovery: {
    readonly window: FaultWindow;
    readonly cluster: Acknowledgements;
    longestGapMs: number;
  },
  lastMs: number | undefined,
): void {
  const { lastAttemptMs } = recovery.cluster;
  if (lastMs === undefined || lastAttemptMs === undefined) return;
  if (lastMs >= recovery.window.healedMs) return;
  recovery.longestGapMs = Math.max(recovery.longestGapMs, lastAttemptMs - lastMs);
}

function none(): Acknowledgements {
  return {
    lastBeforeMs: undefined,
    firstAfterMs: undefined,
    firstAfterHealMs: undefined,
    lastAttemptMs: undefined,
  };
}

function note(
  into: Acknowledgements,
  { injectedMs, endsMs }: FaultWindow,
  invokedMs: number,
  returnedMs: number,
  acknowledged: boolean,
): void {
  if (invokedMs >= injectedMs) into.lastAttemptMs = returnedMs;
  if (!acknowledged) return;
  if (returnedMs <= injectedMs) into.lastBeforeMs = returnedMs;
  if (invokedMs < injectedMs) return;
  into.firstAfterMs ??= returnedMs;
  if (returnedMs >= endsMs) into.firstAfterHealMs ??= returnedMs;
}
