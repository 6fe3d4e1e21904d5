import type { Engine } from '../engine/engine.ts';
import { docker } from './docker-errors.ts';
import { findHelper } from './helper.ts';
import { type RunIdentity, labelsFor, nameOf } from './naming.ts';
import { type Session, openSession } from './session.ts';

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
 * Makes an ext4 file system of `sizeBytes` on a loop device and a volume that mounts it. Only etcd
 * mounts it, so that it is unmounted when etcd ends.
 */
export async function createDisk(
  { engine, identity, helper, signal }: DiskContext,
  member: string,
  use: 'data' | 'wal',
  sizeBytes: number,
): Promise<string> {
  const name = nameOf(identity, `${member}-${use}`);
  const image = diskImage(identity, member, use);
  const device = await helper.must(
    `truncate -s ${sizeBytes} ${image} && mkfs.ext4 -q -F -m 0 ${image} && losetup -f --show ${image}`,
    60_000,
  );
  signal.throwIfAborted(); // making the file system takes a while
  const mount = { type: 'ext4', device: device.trim(), o: 'noatime' };
  await createVolume(engine, identity, name, { member, mount });
  return name;
}

/** The file behind a member's disk, in the helper. */
export function diskImage(identity: RunIdentity, member: string, use: 'data' | 'wal'): string {
  return `/disks/${nameOf(identity, `${member}-${use}`)}.img`;
}

/**
 * Detaches the loop devices whose backing file is one of this run's disk images, and no other.
 * Returns the devices.
 */
export async function detachLoops(engine: Engine, run: string): Promise<string[]> {
  const helper = await findHelper(engine, run);
  if (!helper) return [];
  await using session = await openSession(helper, 'the helper');
  const detached = await session.must(`
for file in /sys/block/loop*/loop/backing_file; do
  [ -e "$file" ] || continue
  grep -q '/drill-${run}-[^/]*[.]img' "$file" || continue
  device=/dev/$(basename "$(dirname "$(dirname "$file")")")
  losetup -d "$device" && echo "$device"
done; true`);
  return detached.split('\n').filter((line) => line !== '');
}

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
