import { DrillError } from '../errors.ts';
import type { SnapshotSummary } from '../snapshot/open-snapshot.ts';

/**
 * Refuses to restore a snapshot with an etcd that is older than its storage: every etcdutl restores
 * it without a word, and what fails comes later. Below 3.6 a file does not tell its storage version.
 */
export function refuseUnfit({ path, version }: SnapshotSummary, etcd: string): void {
  if (version === '' || minorOf(version) <= minorOf(etcd)) return;
  const needed = version.split('.').slice(0, 2).join('.');
  throw new DrillError(
    `The snapshot ${path} has the storage version ${version}, and etcd ${etcd} is older: its tool restores the file without an error, and the etcd then ends, or runs on what it does not know. Name an etcd ${needed} with \`--etcd\`, as the file's cluster had.`,
  );
}

function minorOf(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return 1000 * major + minor;
}

/** Refuses a file with authentication where no user is named: nothing could be read after the restore. */
export function refuseLocked({ path, authEnabled, users }: SnapshotSummary, user?: string): void {
  if (!authEnabled || user !== undefined) return;
  throw new DrillError(
    `The snapshot ${path} has authentication on (${users} users), so a cluster restored from it answers none but them. Name one that may read everything with \`--user\`, and its password in DRILL_PASSWORD or a \`--password-file\`.`,
  );
}
