import { acknowledgedWrite } from '../history/acknowledged-write.ts';
import type { HistorySink } from '../history/history.ts';

/** Which revisions a watcher was sent or a client was told to have made. */
export interface SeenRevisions {
  /** Passes everything on, and notes what it tells. */
  readonly sink: HistorySink;
  /** Forgets everything: revisions from the one after `revision` on count. */
  restartFrom(revision: number): void;
  /** The first `most` revisions up to `through` that nobody has told of. */
  missing(through: number, most: number): number[];
}

/** One byte a revision, so that the longest runs stay cheap. */
export function seenRevisions(history: HistorySink): SeenRevisions {
  let base = 1;
  let seen = new Uint8Array(1 << 12);
  const note = (revision: number): void => {
    const index = revision - base;
    if (index <= 0 || index > mostRevisions) return;
    if (index >= seen.length) {
      const grown = new Uint8Array(Math.max(index + 1, seen.length * 2));
      grown.set(seen);
      seen = grown;
    }
    seen[index] = 1;
  };
  return {
    sink: {
      operation(operation) {
        history.operation(operation);
        const { outcome } = operation;
        if (outcome.status === 'ok' && acknowledgedWrite(operation)) note(outcome.result.revision);
      },
      watch(record) {
        history.watch(record);
        for (const event of record.events) {
          note(event.type === 'put' ? event.kv.modRevision : event.modRevision);
        }
      },
    },
    restartFrom(revision) {
      base = revision;
      seen = new Uint8Array(1 << 12);
    },
    missing(through, most) {
      const found: number[] = [];
      for (let index = 1; index <= through - base && found.length < most; index += 1) {
        if (seen[index] !== 1) found.push(base + index);
      }
      return found;
    },
  };
}

/** A revision from another world must not size the table. */
const mostRevisions = 2 ** 26;
