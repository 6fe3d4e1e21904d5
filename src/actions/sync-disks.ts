import { mounted } from '../faults/disk/mounted.ts';
import { type DiskOwner, ownDisk } from '../faults/disk/own-disk.ts';

const withinMs = 60_000;

/**
 * Writes to the disks all that the members have written to their files so far, as an orderly start
 * long ago would have: a power loss from then on takes what came after it.
 */
export async function syncDisks(members: readonly DiskOwner[]): Promise<void> {
  for (const member of members) {
    const data = ownDisk('a sync', member);
    for (const disk of member.walDisk === undefined
      ? [data]
      : [data, ownDisk('a sync', member, 'wal')])
      await disk.session.must(mounted(`sync-${member.name}`, disk, 'sync -f "$at"'), withinMs);
  }
}
