import { exitCode } from '../../errors.ts';
import { eventually } from '../../wait.ts';
import { byHand } from '../by-hand.ts';
import { bounded } from './mounted.ts';
import type { DiskOwner, OwnDisk } from './own-disk.ts';

/** A member whose etcd can be taken off its disks, and put back. */
export interface RepairableMember extends DiskOwner {
  readonly state: string;
  readonly etcdContainer: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** With the unmount, and on a slow disk or machine. */
const checkedWithinMs = 60_000;

/**
 * Brings a file system back that no longer takes writes: etcd is stopped, so that the engine unmounts
 * it, the file system is checked, and etcd is started again where it is to run.
 */
export async function repairDisk(
  id: string,
  member: RepairableMember,
  { title, target, device }: OwnDisk,
  start: boolean,
): Promise<void> {
  if (member.state !== 'stopped') await member.stop();
  // e2fsck opens the device exclusively, so it is refused for as long as it is mounted anywhere.
  const check = bounded(id, `e2fsck -p ${device} || [ $? -eq 1 ]`);
  await eventually(
    {
      subject: `The check of the ${title}, unmounted`,
      withinMs: checkedWithinMs,
      everyMs: 200,
      code: exitCode.notRemoved,
    },
    async () => (await target.session.run(check)).code === 0 || undefined,
  );
  if (start) await member.start();
}

/** The same for people, after what else takes the fault off. */
export const repairByHand = (
  { etcdContainer }: RepairableMember,
  { target, device }: OwnDisk,
  first: string,
): string[] => [
  `docker stop ${etcdContainer}`,
  byHand(target, `${first}; e2fsck -p ${device}`),
  `docker start ${etcdContainer}`,
];
