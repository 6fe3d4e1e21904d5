import type { Engine } from '../engine/engine.ts';
import type { DiskTarget } from '../faults/disk/own-disk.ts';
import { docker } from './docker-errors.ts';
import { type RunIdentity, labelsFor, nameOf } from './naming.ts';
import type { Session } from './session.ts';

/** Creates the volume that holds the run's disk images; before the helper that mounts it. */
export async function createDiskStore(engine: Engine, identity: RunIdentity): Promise<void> {
  await createVolume(engine, identity, nameOf(identity, 'disks'));
}

/** A plain volume on the engine's own disk, for a member that needs no disk of its own. */
export async function createDataVolume(
  engine: Engine,
  identity: RunIdentity,
  member: string,
): Promise<string> {
  const name = nameOf(identity, `${member}-data`);
  await createVolume(engine, identity, name, { member });
  return name;
}

/** What a disk is made with. */
interface DiskContext {
  readonly engine: Engine;
  readonly identity: RunIdentity;
  readonly helper: Session;
  readonly signal: AbortSignal;
}

/**
 * Makes an ext4 file system of `sizeBytes` on a loop device, through a device-mapper layer where
 * asked, and a volume that mounts it. Only etcd mounts it, so that it is unmounted when etcd ends.
 */
export async function createDisk(
  { engine, identity, helper, signal }: DiskContext,
  member: string,
  use: 'data' | 'wal',
  { sizeBytes, mapper }: { readonly sizeBytes: number; readonly mapper: boolean },
): Promise<string> {
  const name = nameOf(identity, `${member}-${use}`);
  const image = diskImage(identity, member, use);
  const attached = await helper.must(
    `truncate -s ${sizeBytes} ${image} && mkfs.ext4 -q -F -m 0 ${image} && losetup -f --show ${image}`,
    60_000,
  );
  const device = mapper ? await helper.must(layer(name, attached.trim())) : attached;
  signal.throwIfAborted(); // making the file system takes a while
  const mount = { type: 'ext4', device: device.trim(), o: 'noatime' };
  await createVolume(engine, identity, name, { member, mount });
  return name;
}

/** A layer that passes everything on, until a fault loads another table; prints its device. */
const layer = (name: string, below: string): string =>
  `dmsetup --noudevsync create ${name} --table "0 $(blockdev --getsz ${below}) linear ${below} 0" &&
echo "/dev/$(dmsetup info -c --noheadings -o blkdevname ${name})"`;

/** The file behind a member's disk, in the helper. */
function diskImage(identity: RunIdentity, member: string, use: 'data' | 'wal'): string {
  return `/disks/${nameOf(identity, `${member}-${use}`)}.img`;
}

/** A member's disk as faults reach it, through a session with the run's helper. */
export const diskOf = (
  identity: RunIdentity,
  session: Session,
  member: string,
  use: 'data' | 'wal',
): DiskTarget => ({
  container: nameOf(identity, 'helper'),
  session,
  image: diskImage(identity, member, use),
});

async function createVolume(
  engine: Engine,
  identity: RunIdentity,
  name: string,
  { member, mount }: { member?: string; mount?: Record<string, string> } = {},
): Promise<void> {
  await docker(engine, `create the volume ${name}`, () =>
    engine.docker.createVolume({
      Name: name,
      Driver: 'local',
      Labels: labelsFor(identity, mount ? 'disk' : 'data', member),
      ...(mount ? { DriverOpts: mount } : {}),
    }),
  );
}
