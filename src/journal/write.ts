import { closeSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import { DrillError, messageOf } from '../errors.ts';
import type { JournalEvent } from './events.ts';

/** An open `journal.jsonl`: every event written is in the kernel's hands when `write` returns. */
export interface Journal extends Disposable {
  /** Appends one line. Throws a DrillError when the line could not be written whole. */
  write(event: JournalEvent): void;
}

/**
 * Opens a new journal. Writes are synchronous, so a runner killed by `kill -9` loses at most the
 * line it was writing; a journal sees tens of events a second, not thousands.
 */
export function openJournal(path: string): Journal {
  const file = create(path);
  let sizeBytes = 0;
  return {
    write(event) {
      const line = Buffer.from(`${JSON.stringify(event)}\n`);
      try {
        writeFileSync(file, line);
      } catch (error) {
        cutBack(file, sizeBytes);
        throw new DrillError(
          `Could not write \`${event.type}\` to the journal ${path}: ${messageOf(error)}. ` +
            'Free space there or choose another folder with `--output`.',
          undefined,
          error,
        );
      }
      sizeBytes += line.length;
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

function create(path: string): number {
  try {
    // Appending: after a cut the next line begins where the file ends, not where the last write did.
    return openSync(path, 'ax');
  } catch (error) {
    throw new DrillError(
      `Could not create the journal ${path}: ${messageOf(error)}. ` +
        'Choose a folder that is new and writable with `--output`.',
      undefined,
      error,
    );
  }
}

/** A half-written line would make the lines after it unreadable. */
function cutBack(file: number, sizeBytes: number): void {
  try {
    ftruncateSync(file, sizeBytes);
  } catch {
    // The write's own error is the one to report; a cut last line is tolerated by the reader.
  }
}
