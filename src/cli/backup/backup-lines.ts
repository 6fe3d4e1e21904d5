import type { Alarm } from '../../etcd/admin-answers.ts';
import type { Manifest } from '../../backup/manifest.ts';

/** What a backup is, in a sentence: keys, revision, size, and where it came from. */
export function backupLine(manifest: Manifest): string {
  const { keys, revision, sizeBytes, member, clusterId, etcdVersion, acknowledgedRevision } =
    manifest;
  return (
    `${keys} keys at revision ${revision} (acknowledged before it: ${acknowledgedRevision}), ${sizeText(sizeBytes)}, ` +
    `from ${member.name} of cluster ${clusterId}, etcd ${etcdVersion}${alarmText(manifest.alarms ?? [])}`
  );
}

/** Alarms come back with a restore. */
export function alarmText(alarms: readonly Alarm[]): string {
  const raised = alarms.map(({ alarm, memberId }) => `${alarm} of ${memberId}`);
  return raised.length === 0 ? '' : `, with the alarm ${raised.join(', ')}`;
}

export function sizeText(bytes: number): string {
  if (bytes < 1 << 20) return `${Math.ceil(bytes / 1024)} KiB`;
  if (bytes < 1 << 30) return `${(bytes / (1 << 20)).toFixed(1)} MiB`;
  return `${(bytes / (1 << 30)).toFixed(2)} GiB`;
}

/** How old something is, in the largest unit that is not 0. */
export function ageText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 0) return 'taken in the future, by this clock';
  if (minutes < 1) return 'under a minute old';
  if (minutes < 120) return `${minutes} minutes old`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours old` : `${Math.floor(hours / 24)} days old`;
}
