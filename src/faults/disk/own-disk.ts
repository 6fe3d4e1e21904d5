import { basename } from 'node:path';
import type { Session } from '../../cluster/session.ts';
import { DrillError } from '../../errors.ts';
import { choice } from '../../parameters.ts';
import type { FaultTarget } from '../fault.ts';

/** A member's own disk, reached from the helper of its run. */
export interface DiskTarget {
  /** The helper's container, for commands by hand. */
  readonly container: string;
  /** A shell in the helper, with SYS_ADMIN. */
  readonly session: Session;
  /** File behind the loop device, as the helper sees it. */
  readonly image: string;
}

/** A member whose data or write-ahead log may lie on disks of their own. */
export interface DiskOwner {
  readonly name: string;
  readonly address: string;
  readonly disk?: DiskTarget;
  /** Disk of its write-ahead log; without it the log lies beside the data. */
  readonly walDisk?: DiskTarget;
}

export type DiskUse = 'data' | 'wal';

/** Which disk of a member a fault is on. */
export interface OnDisk {
  /** The data's unless named. */
  readonly disk?: DiskUse;
}

export const diskChoice = choice(
  ['data', 'wal'],
  'data',
  "which disk of the member: its data's, or its write-ahead log's",
);

/** A disk that a fault is on, with what the fault's commands call it by. */
export interface OwnDisk extends DiskTarget {
  /** For sentences: `data disk of m1`. */
  readonly title: string;
  readonly target: FaultTarget;
  /** A shell word that gives the device which the file system is on. */
  readonly device: string;
  /** The name of its device-mapper layer, where the cluster's disks have them. */
  readonly layer: string;
}

/** The member's disk of this use; refused, with what to ask for, where it has none of its own. */
export function ownDisk(fault: string, owner: DiskOwner, use: DiskUse = 'data'): OwnDisk {
  const { name, address } = owner;
  const disk = use === 'data' ? owner.disk : owner.walDisk;
  if (disk === undefined) {
    throw new DrillError(
      `${name} has no ${use} disk of its own for ${fault}: give the cluster some, \`disks: { ${use}: 400 * 1024 * 1024 }\`.`,
    );
  }
  const { container, session, image } = disk;
  const layer = basename(image, '.img');
  return {
    ...disk,
    title: `${use} disk of ${name}`,
    target: { name, address, container, session },
    device: deviceOf(image, layer),
    layer,
  };
}

/** A shell word for the device of a disk: its device-mapper layer, or else its loop device. */
export const deviceOf = (image: string, layer: string): string =>
  `"$(node=$(dmsetup info -c --noheadings -o blkdevname ${layer} 2>/dev/null) && echo "/dev/$node" || losetup -j ${image} | cut -d: -f1)"`;
