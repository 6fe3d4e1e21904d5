import { DrillError } from '../../errors.ts';
import type { Session } from '../../cluster/session.ts';
import { byHand } from '../by-hand.ts';
import { faultKind, onlyOne } from '../kind.ts';
import {
  type HealableFault,
  type FaultTarget,
  FaultUnproved,
  type PreparedFault,
} from '../fault.ts';

/** A member's own disk, reached from the helper of its run. */
export interface DiskTarget {
  /** The helper's container, for commands by hand. */
  readonly container: string;
  /** A shell in the helper, with SYS_ADMIN. */
  readonly session: Session;
  /** File behind the loop device, as the helper sees it. */
  readonly image: string;
}

/** A member whose data may lie on a disk of its own. */
export interface DiskOwner {
  readonly name: string;
  readonly address: string;
  readonly disk?: DiskTarget;
}

/**
 * Stalls a member's disk: whatever writes to it, or waits for a write, hangs until the fault is
 * healed. The process lives and keeps its clock, and answers what needs neither its log nor its
 * database, such as its metrics. The file system is frozen (FIFREEZE) through a mount of the helper's
 * own. The cluster must give its members disks (`disks: { data: … }`).
 */
export function diskStall({ name, address, disk }: DiskOwner): HealableFault {
  if (disk === undefined) {
    throw new DrillError(
      `${name} has no disk of its own that could stall: give the cluster some, \`disks: { data: 400 * 1024 * 1024 }\`.`,
    );
  }
  const { session, container, image } = disk;
  const target: FaultTarget = { name, address, container, session };
  return {
    name: 'disk-stall',
    title: `stall the disk of ${name}`,
    undo: 'leased',
    targets: [target],
    parameters: {},
    prepare: (id) => Promise.resolve(prepare(id, target, image)),
  };
}

export const diskStallKind = faultKind({
  name: 'disk-stall',
  family: 'disk',
  summary: 'Freezes the file system of a member: whatever writes to it hangs.',
  undo: 'leased',
  needs: 'a disk of its own for the member (SYS_ADMIN in the helper)',
  parameters: {},
  build: ({ targets }) => diskStall(onlyOne('disk-stall', targets)),
});

function prepare(id: string, target: FaultTarget, image: string): PreparedFault {
  const { name, session } = target;
  const at = `/tmp/${id}`;
  const mount = `mkdir -p ${at} && mount -t ext4 "$(losetup -j ${image} | cut -d: -f1)" ${at}`;
  const freeze = `${mount} && fsfreeze -f ${at}`;
  // Thawing what is not frozen is refused as invalid; any other refusal leaves the lease to try again.
  const undo = `grep -q ' ${at} ' /proc/mounts || exit 0
said=$(fsfreeze -u ${at} 2>&1) || case $said in *[Ii]nvalid*) ;; *) echo "$said" >&2; exit 1 ;; esac
umount ${at}`;
  const proveFrozen = async (): Promise<void> => {
    // Freezing what is frozen is refused as busy, and hangs nobody as a trial write would.
    const { code, stderr } = await session.run(`fsfreeze -f ${at}`);
    if (code !== 0 && /busy/i.test(stderr)) return;
    throw new FaultUnproved(
      `the disk of ${name} was not frozen (${stderr.trim() || 'it froze now'})`,
    );
  };
  return {
    undoScripts: new Map([[target, undo]]),
    inject: async () => void (await session.must(freeze)),
    async prove() {
      await proveFrozen();
      return [`the file system of ${name} is frozen: freezing it again is refused as busy`];
    },
    stillBites: proveFrozen,
    heal: async () => void (await session.must(undo)),
    async proveHealed() {
      const { code, stderr } = await session.run(
        `${mount} || exit 0; fsfreeze -u ${at}; code=$?; umount ${at}; exit $code`,
      );
      // Thawing what is not frozen is refused as invalid.
      if (code !== 0 && /invalid/i.test(stderr)) {
        return [`the file system of ${name} is not frozen: thawing it is refused as invalid`];
      }
      throw new DrillError(
        `the disk of ${name} was still frozen (${stderr.trim() || 'it thawed now'})`,
      );
    },
    commands: {
      inject: [byHand(target, freeze)],
      heal: [byHand(target, `${mount}; fsfreeze -u ${at}; umount ${at}`)],
    },
  };
}
