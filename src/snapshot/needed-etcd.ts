import type { SnapshotSummary } from './open-snapshot.ts';

/**
 * The version that wrote a snapshot, where the etcd that is to start on it is of an older minor, and
 * would not: its storage's, `3.6.0`, or below 3.6, where a file does not tell that, its cluster's. A
 * file that tells neither is taken by any.
 */
export function neededEtcd(
  { version, clusterVersion }: Pick<SnapshotSummary, 'version' | 'clusterVersion'>,
  etcd: string,
): string | undefined {
  const made = version === '' ? clusterVersion : version;
  return made === '' || minorOf(made) <= minorOf(etcd) ? undefined : made;
}

function minorOf(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return 1000 * major + minor;
}
