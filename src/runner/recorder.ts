import { join } from 'node:path';
import type { HistoryWriter } from '../history/writer.ts';
import { openHistoryWriter } from '../history/writer.ts';
import type { JournalEvent } from '../journal/events.ts';
import { type Journal, openJournal } from '../journal/write.ts';

/**
 * Everything a run records: the journal and the history on disk, the events in memory for its end.
 * A write that fails ends the run through `onFailure`, once; recording never throws into whoever
 * happens to report something.
 */
export interface Recorder {
  readonly events: readonly JournalEvent[];
  readonly history: HistoryWriter;
  readonly nowMs: () => number;
  write(event: JournalEvent): void;
  /** Ends the journal; the history is closed before the run is judged. */
  close(): void;
}

export function openRecorder(
  folder: string,
  onEvent: (event: JournalEvent) => void,
  onFailure: (error: unknown) => void,
): Recorder {
  const journal: Journal = openJournal(join(folder, 'journal.jsonl'));
  const events: JournalEvent[] = [];
  const startedAt = performance.now();
  let failed = false;
  let journalLost = false;
  const fail = (error: unknown): void => {
    if (!failed) onFailure(error);
    failed = true;
  };
  const history = openHistoryWriter(join(folder, 'history.bin'), { onError: fail });
  return {
    events,
    history,
    nowMs: () => performance.now() - startedAt,
    write(event) {
      events.push(event);
      onEvent(event);
      // A journal that ends early is honest; one with a gap would be misread.
      if (journalLost) return;
      try {
        journal.write(event);
      } catch (error) {
        journalLost = true;
        fail(error);
      }
    },
    close: () => journal[Symbol.dispose](),
  };
}
