import { byHand } from '../by-hand.ts';
import { type HealableFault, FaultUnproved, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { bounded, mounted } from './mounted.ts';
import { type OnDisk, type OwnDisk, diskChoice, ownDisk } from './own-disk.ts';
import { type RepairableMember, repairByHand, repairDisk } from './repair-disk.ts';
import { refuseBeside, undoOn } from './stacking.ts';
import { refusals, trialWrite } from './trial-write.ts';

/**
 * Makes a member's file system read-only, as the kernel does when it finds an error in it: its
 * journal is aborted (`remount,abort`), for every mount of it. A plain remount would be refused while
 * files are open for writing, and `blockdev --setro` lets writes pass. Only an unmount brings writing
 * back, so healing stops etcd, checks the file system and starts it again.
 */
export function diskReadOnly(
  member: RepairableMember,
  { disk: use = 'data' }: OnDisk = {},
): HealableFault {
  const disk = ownDisk('disk-read-only', member, use);
  return {
    name: 'disk-read-only',
    title: `make the ${disk.title} read-only`,
    undo: 'repaired',
    targets: [disk.target],
    parameters: { disk: use },
    async prepare(id) {
      await refuseBeside('disk-read-only', disk, 'stops');
      return prepare(id, member, disk);
    },
  };
}

export const diskReadOnlyKind = faultKind({
  name: 'disk-read-only',
  family: 'disk',
  summary: 'Makes the file system of a member read-only, as an error in it does.',
  undo: 'repaired',
  needs: 'a disk of its own for the member (SYS_ADMIN in the helper)',
  parameters: { disk: diskChoice },
  build: ({ targets }, { disk }) => diskReadOnly(onlyOne('disk-read-only', targets), { disk }),
});

function prepare(id: string, member: RepairableMember, disk: OwnDisk): PreparedFault {
  const { title, target, device } = disk;
  const wasRunning = member.state === 'running';
  // Held while the fault is: when etcd ends, the last unmount would bring writing back.
  const at = `/tmp/${id}.read-only`;
  const abort = `mkdir -p ${at} && mount -t ext4 -o noatime ${device} ${at} && mount -o remount,abort ${at}`;
  const letGo = `while grep -q ' ${at} ' /proc/mounts; do umount ${at} || exit 1; done; [ ! -e ${at} ] || rmdir ${at}`;
  const proveReadOnly = async (): Promise<string> => {
    const { code, stderr } = await target.session.run(bounded(id, trialWrite(at)));
    const refusal = refusals[code];
    if (refusal !== undefined) return refusal;
    throw new FaultUnproved(
      `the ${title} was not read-only (${stderr.trim() || 'a trial write passed'})`,
    );
  };
  return {
    undoScripts: new Map([[target, undoOn(disk, 'stops', letGo)]]),
    inject: async () => void (await target.session.must(abort)),
    async prove() {
      return [`a trial write to the ${title} is refused: ${await proveReadOnly()}`];
    },
    stillBites: async () => void (await proveReadOnly()),
    async heal() {
      await target.session.must(letGo);
      await repairDisk(id, member, disk, wasRunning);
    },
    async proveHealed() {
      await target.session.must(bounded(id, mounted(id, disk, trialWrite('"$at"'))));
      return [`a trial write to the ${title} passes, and its file system is checked`];
    },
    commands: {
      inject: [byHand(target, abort)],
      heal: repairByHand(member, disk, letGo),
    },
  };
}
