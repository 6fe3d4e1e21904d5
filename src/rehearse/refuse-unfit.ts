import { DrillError } from '../errors.ts';
import { neededEtcd } from '../snapshot/needed-etcd.ts';
import type { SnapshotSummary } from '../snapshot/open-snapshot.ts';

/**
 * Refuses to restore a snapshot with an etcd that is older than what wrote it: every tool restores it
 * without a word, and what fails comes later.
 */
export function refuseUnfit(summary: SnapshotSummary, etcd: string): void {
  const { path, version } = summary;
  const made = neededEtcd(summary, etcd);
  if (made === undefined) return;
  const needed = made.split('.').slice(0, 2).join('.');
  const has =
    version === '' ? `is of a cluster of version ${made}` : `has the storage version ${made}`;
  throw new DrillError(
    `The snapshot ${path} ${has}, and etcd ${etcd} is older: its tool restores the file without an error, and the etcd then ends, or runs on what it does not know. Name an etcd ${needed} with \`--etcd\`, as the file's cluster had.`,
  );
}

/** Refuses a file with authentication where no user is named: nothing could be read after the restore. */
export function refuseLocked({ path, authEnabled, users }: SnapshotSummary, user?: string): void {
  if (!authEnabled || user !== undefined) return;
  throw new DrillError(
    `The snapshot ${path} has authentication on (${users} users), so a cluster restored from it answers none but them. Name one that may read everything with \`--user\`, and its password in DRILL_PASSWORD or a \`--password-file\`.`,
  );
}
