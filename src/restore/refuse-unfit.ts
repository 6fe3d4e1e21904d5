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
  former: Pick<SnapshotSummary, 'members'>,
  plan: readonly PlannedMember[],
): void {
  for (const { name, peerUrls } of plan) {
    for (const old of former.members) {
      const shares = old.peerUrls.some((url) => peerUrls.includes(url));
      if (old.name === '' || (old.name === name) === shares) continue;
      throw new DrillError(
        `The plan has ${name} at ${peerUrls.join(',')}, but in the cluster that was backed up ${old.name} is at ${old.peerUrls.join(',')}: are two hosts mixed up? Correct \`--member\`, or say that the addresses changed with \`--new-addresses\`.`,
      );
    }
  }
}

/**
 * Refuses a plan that has some members of the backed-up cluster, but not all: most often somebody
 * who lost one wants that one back, and would get a second cluster at its address.
 */
export function refuseLeftOut(
  former: Pick<SnapshotSummary, 'members'>,
  plan: readonly PlannedMember[],
): void {
  const isPlanned = (old: SnapshotSummary['members'][number]): boolean =>
    plan.some(
      ({ name, peerUrls }) =>
        name === old.name || peerUrls.some((url) => old.peerUrls.includes(url)),
    );
  const leftOut = former.members.filter((old) => !isPlanned(old));
  if (leftOut.length === 0 || leftOut.length === former.members.length) return;
  const names = leftOut.map(({ name, peerUrls }) => `${name} (${peerUrls.join(',')})`).join(', ');
  throw new DrillError(
    `The plan has some members of the cluster that was backed up, but not ${names}. A restore makes a whole new cluster: where those live, replace what was lost with \`etcdctl member remove\` and \`member add\`, and restore nothing. Name them all with \`--member\`, or, where they are gone for good, say that the cluster changes with \`--new-addresses\`.`,
  );
}

const shortened = (version: string): string => version.split('.').slice(0, 2).join('.');
