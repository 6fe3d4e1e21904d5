import { DrillError } from '../../errors.ts';
import { byHand } from '../by-hand.ts';
import { type HealableFault, FaultUnproved, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { type DiskOwner, type OnDisk, type OwnDisk, diskChoice, ownDisk } from './own-disk.ts';
import { refuseBeside, undoOn } from './stacking.ts';

/**
 * Stalls a member's disk: whatever writes to it, or waits for a write, hangs until the fault is
 * healed. The process lives and keeps its clock, and answers what needs neither its log nor its
 * database, such as its metrics. The file system is frozen (FIFREEZE) through a mount of the helper's
 * own. The cluster must give its members disks (`disks: { data: … }`).
 */
export function diskStall(member: DiskOwner, { disk: use = 'data' }: OnDisk = {}): HealableFault {
  const disk = ownDisk('disk-stall', member, use);
  return {
    name: 'disk-stall',
    title: `stall the ${disk.title}`,
    undo: 'leased',
    targets: [disk.target],
    parameters: { disk: use },
    async prepare(id) {
      await refuseBeside('disk-stall', disk, 'stops');
      return prepare(id, disk);
    },
  };
}

export const diskStallKind = faultKind({
  name: 'disk-stall',
  family: 'disk',
  summary: 'Freezes the file system of a member: whatever writes to it hangs.',
  undo: 'leased',
  needs: 'a disk of its own for the member (SYS_ADMIN in the helper)',
  parameters: { disk: diskChoice },
  build: ({ targets }, { disk }) => diskStall(onlyOne('disk-stall', targets), { disk }),
});

function prepare(id: string, disk: OwnDisk): PreparedFault {
  const { title, device, target } = disk;
  const { session } = target;
  const at = `/tmp/${id}`;
  const mount = `mkdir -p ${at} && mount -t ext4 ${device} ${at}`;
  const freeze = `${mount} && fsfreeze -f ${at}`;
  // Thawing what is not frozen is refused as invalid; any other refusal leaves the lease to try again.
  const undo = `grep -q ' ${at} ' /proc/mounts || exit 0
said=$(fsfreeze -u ${at} 2>&1) || case $said in *[Ii]nvalid*) ;; *) echo "$said" >&2; exit 1 ;; esac
umount ${at}`;
  const proveFrozen = async (): Promise<void> => {
    // Freezing what is frozen is refused as busy, and hangs nobody as a trial write would. Where it
    // is not, the look must leave it so.
    const { code, stderr } = await session.run(
      `grep -q ' ${at} ' /proc/mounts || { echo 'it was thawed and unmounted' >&2; exit 0; }
fsfreeze -f ${at} && fsfreeze -u ${at}`,
    );
    if (code !== 0 && /busy/i.test(stderr)) return;
    throw new FaultUnproved(
      `the ${title} was not frozen (${stderr.trim() || 'it could be frozen'})`,
    );
  };
  return {
    undoScripts: new Map([[target, undoOn(disk, 'stops', undo)]]),
    inject: async () => void (await session.must(freeze)),
    async prove() {
      await proveFrozen();
      return [`the ${title} is frozen: freezing it again is refused as busy`];
    },
    stillBites: proveFrozen,
    heal: async () => void (await session.must(undo)),
    async proveHealed() {
      const { code, stderr } = await session.run(
        `${mount} || exit 0; fsfreeze -u ${at}; code=$?; umount ${at}; exit $code`,
      );
      // Thawing what is not frozen is refused as invalid.
      if (code !== 0 && /invalid/i.test(stderr)) {
        return [`the ${title} is not frozen: thawing it is refused as invalid`];
      }
      throw new DrillError(`the ${title} was still frozen (${stderr.trim() || 'it thawed now'})`);
    },
    commands: {
      inject: [byHand(target, freeze)],
      heal: [byHand(target, `${mount}; fsfreeze -u ${at}; umount ${at}`)],
    },
  };
}
