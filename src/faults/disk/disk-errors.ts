import { DrillError } from '../../errors.ts';
import { byHand } from '../by-hand.ts';
import { type HealableFault, FaultUnproved, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { loadTable, passOn, tableOf, untouchedTable } from './mapper-table.ts';
import { bounded, mounted } from './mounted.ts';
import { type OnDisk, type OwnDisk, diskChoice, ownDisk } from './own-disk.ts';
import { type RepairableMember, repairByHand, repairDisk } from './repair-disk.ts';
import { refuseBeside, undoOn } from './stacking.ts';
import { refusals, trialWrite } from './trial-write.ts';

/**
 * Fails every write to a member's disk with an I/O error, in the device-mapper layer under its file
 * system (flakey, `error_writes`); reads pass. The file system then aborts its journal, so healing
 * takes the errors off, stops etcd, checks the file system and starts it again.
 */
export function diskErrors(
  member: RepairableMember,
  { disk: use = 'data' }: OnDisk = {},
): HealableFault {
  const disk = ownDisk('disk-errors', member, use);
  return {
    name: 'disk-errors',
    title: `fail writes to the ${disk.title}`,
    undo: 'repaired',
    targets: [disk.target],
    parameters: { disk: use },
    async prepare(id) {
      await refuseBeside('disk-errors', disk, 'stops');
      return prepare(id, member, disk);
    },
  };
}

export const diskErrorsKind = faultKind({
  name: 'disk-errors',
  family: 'disk',
  summary: 'Fails every write to the disk of a member with an I/O error.',
  undo: 'repaired',
  needs:
    'a disk of its own with a device-mapper layer (`mapper: true`; SYS_ADMIN in the helper), dm-flakey in the kernel',
  parameters: { disk: diskChoice },
  build: ({ targets }, { disk }) => diskErrors(onlyOne('disk-errors', targets), { disk }),
});

/** Up for no second and down for an hour, again and again: down is all that is seen of it. */
const failWrites = '0 $sectors flakey $below 0 0 3600 1 error_writes';

async function prepare(
  id: string,
  member: RepairableMember,
  disk: OwnDisk,
): Promise<PreparedFault> {
  const { title, target } = disk;
  const { session } = target;
  const before = await untouchedTable('disk-errors', disk);
  const wasRunning = member.state === 'running';
  const inject = loadTable(disk, failWrites);
  const passAgain = loadTable(disk, passOn);
  const proveTable = async (): Promise<void> => {
    const table = await tableOf(disk);
    if (table.includes(' flakey ')) return;
    throw new FaultUnproved(`the layer of the ${title} fails nothing any more: \`${table}\``);
  };
  return {
    undoScripts: new Map([[target, undoOn(disk, 'stops', passAgain)]]),
    inject: async () => void (await session.must(inject)),
    async prove() {
      await proveTable();
      const trial = bounded(id, mounted(id, disk, trialWrite('"$at"')));
      const { code, stderr } = await session.run(trial);
      const refusal = refusals[code];
      if (refusal !== undefined) return [`a trial write to the ${title} fails: ${refusal}`];
      throw new FaultUnproved(
        `a trial write to the ${title} did not fail by it (${stderr.trim() || 'it passed'})`,
      );
    },
    stillBites: proveTable,
    async heal() {
      await session.must(passAgain);
      await repairDisk(id, member, disk, wasRunning);
    },
    async proveHealed() {
      const table = await tableOf(disk);
      if (table !== before)
        throw new DrillError(`the layer of the ${title} is \`${table}\`, and was \`${before}\``);
      return [`the layer of the ${title} passes all on, as before, and its file system is checked`];
    },
    commands: {
      inject: [byHand(target, inject)],
      heal: repairByHand(member, disk, passAgain),
    },
  };
}
