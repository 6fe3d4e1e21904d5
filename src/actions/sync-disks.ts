import type { Member } from '../cluster/member.ts';
import { DrillError } from '../errors.ts';
import { mountDisk } from '../faults/disk/own-mount.ts';

const withinMs = 60_000;

/**
 * Writes to the disks all that the members have written to their files so far, as an orderly start
 * long ago would have: a power loss from then on takes what came after it.
 */
export async function syncDisks(members: readonly Member[]): Promise<void> {
  for (const { name, disk, walDisk } of members) {
    if (disk === undefined)
      throw new DrillError(`${name} has no disk of its own to sync: give the cluster some.`);
    for (const { session, image } of walDisk === undefined ? [disk] : [disk, walDisk]) {
      const at = `/tmp/sync-${name}`;
      await session.must(
        `${mountDisk(image, at)} && { sync -f ${at}; code=$?; umount ${at}; exit $code; }`,
        withinMs,
      );
    }
  }
}
