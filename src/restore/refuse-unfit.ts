import type { Manifest } from '../backup/manifest.ts';
import { DrillError } from '../errors.ts';
import { neededEtcd } from '../snapshot/needed-etcd.ts';
import type { SnapshotSummary } from '../snapshot/open-snapshot.ts';
import type { PlannedMember } from './planned-member.ts';

/**
 * Refuses a snapshot of a newer minor version than the etcd that is to start on it. Every tool
 * restores every snapshot and exits 0: the etcd that is started on it then refuses.
 */
export function refuseNewer(summary: SnapshotSummary, toolVersion: string): void {
  const made = neededEtcd(summary, toolVersion);
  if (made === undefined) return;
  throw new DrillError(
    `${summary.path} was written by etcd ${shortened(made)}, and etcd ${toolVersion} would be restored with it: it would not start (\`version "${made}" is not supported\`). Restore with etcd ${shortened(made)} or newer: \`--etcd\` or \`--etcdutl\`.`,
  );
}

/**
 * Refuses a plan that gives a name of the backed-up cluster another address, or an address another
 * name: most often two hosts mixed up. Names and addresses that are both new are another cluster.
 */
export function refuseMixedUp(
  manifest: Pick<Manifest, 'members'> | Pick<SnapshotSummary, 'members'>,
  plan: readonly PlannedMember[],
): void {
  for (const { name, peerUrls } of plan) {
    for (const old of manifest.members) {
      const shares = old.peerUrls.some((url) => peerUrls.includes(url));
      if (old.name === '' || (old.name === name) === shares) continue;
      throw new DrillError(
        `The plan has ${name} at ${peerUrls.join(',')}, but in the cluster that was backed up ${old.name} is at ${old.peerUrls.join(',')}: are two hosts mixed up? Correct \`--member\`, or say that the addresses changed with \`--new-addresses\`.`,
      );
    }
  }
}

const shortened = (version: string): string => version.split('.').slice(0, 2).join('.');
