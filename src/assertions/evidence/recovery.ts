import { acknowledgedWrite } from '../../history/acknowledged-write.ts';
import type { RecordedRun } from '../../journal/recorded-run.ts';
import type { FaultWindow } from './fault-windows.ts';
import { isWrite } from './requests.ts';
import { writeGaps } from './write-gaps.ts';

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

/** Of all of a run's faults together: the history is long, and read twice at most. */
export function recoveries(run: RecordedRun, windows: readonly FaultWindow[]): Recovery[] {
  const gaps = writeGaps(
    run,
    windows.map(({ injectedMs, overMs }) => ({ startMs: injectedMs, endMs: overMs })),
  );
  const found = windows.map((window, index) => ({
    window,
    cluster: none(),
    endpoints: new Map<string, Acknowledgements>(),
    longestGapMs: gaps[index]?.longestMs ?? 0,
  }));
  for (const operation of run.history.operations()) {
    if (!isWrite(operation.request)) continue;
    const { invokedMs, returnedMs, member } = operation;
    const acknowledged = acknowledgedWrite(operation);
    for (const { window, cluster, endpoints } of found) {
      const endpoint = endpoints.get(member) ?? none();
      endpoints.set(member, endpoint);
      note(cluster, window, invokedMs, returnedMs, acknowledged);
      note(endpoint, window, invokedMs, returnedMs, acknowledged);
    }
  }
  return found;
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
