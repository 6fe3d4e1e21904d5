import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

/** One member's, as its `defragmented` observation tells it. */
export interface Defragmentation {
  readonly member: string;
  readonly startedMs: number;
  readonly endedMs: number;
  /** Of the database file; absent where nobody looked. */
  readonly beforeBytes?: number;
  readonly afterBytes?: number;
}

export function defragmentations(run: RecordedRun): Defragmentation[] {
  return eventsOf(run, 'observation').flatMap(({ name, member, data }) => {
    const { startedMs, durationMs, beforeBytes, afterBytes, error } = data;
    if (name !== 'defragmented' || member === undefined || error !== undefined) return [];
    if (typeof startedMs !== 'number' || typeof durationMs !== 'number') return [];
    return [
      {
        member,
        startedMs,
        endedMs: startedMs + durationMs,
        ...(typeof beforeBytes === 'number' ? { beforeBytes } : {}),
        ...(typeof afterBytes === 'number' ? { afterBytes } : {}),
      },
    ];
  });
}
