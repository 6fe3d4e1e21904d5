import { disagreements } from '../../backup/verify-backup.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from './verdict-of.ts';

/** Whether the file is the one that the manifest beside it is about. */
export function judgeManifest({ snapshot, manifest }: Facts): Finding {
  if (manifest === undefined)
    return { status: 'not-exercised', summary: 'there is no manifest beside the file' };
  const wrong = disagreements(snapshot, manifest);
  if (wrong.length > 0) return { status: 'violated', summary: wrong[0] ?? '', violations: wrong };
  return {
    status: 'held',
    summary: `size, hash, revision ${snapshot.revision}, keys and cluster are those of the backup taken at ${manifest.takenAt}`,
    counts: { keys: manifest.keys, revision: manifest.revision },
  };
}
