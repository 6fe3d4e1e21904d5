import { readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { JournalEvent } from '../src/journal/events.ts';
import type { Run } from '../test/fixtures/drill.ts';

/**
 * Resolves within milliseconds of an event of this type in a run's journal, or when the run has ended
 * without: a fault is injected sooner than anybody who asks now and then would notice.
 */
export async function journalShows(
  { folder, ended }: Pick<Run, 'folder' | 'ended'>,
  type: JournalEvent['type'],
): Promise<void> {
  const journal = join(folder, 'journal.jsonl');
  const shown = Promise.withResolvers<void>();
  const look = (): void => {
    if (readFileSync(journal, 'utf8').includes(`{"type":"${type}"`)) shown.resolve();
  };
  const watcher = watch(journal, look);
  try {
    look(); // it may have come before the watch
    await Promise.race([shown.promise, ended]);
  } finally {
    watcher.close();
  }
}
