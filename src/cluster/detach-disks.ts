import type Docker from 'dockerode';
import type { Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { findImage } from '../images/built-image.ts';
import { toolboxRecipe } from '../images/ensure-toolbox.ts';
import { quoted } from '../quoted.ts';
import { findMapperMajor } from './device-mapper.ts';
import { diskAccess, findHelper } from './helper.ts';
import { type Session, openSession } from './session.ts';

/**
 * Detaches the loop devices whose backing file is one of this run's disk images, and no other, with
 * the device-mapper layers on them. Returns the devices. Where somebody removed the run's helper by
 * hand, a container of its own does it.
 */
export async function detachDisks(engine: Engine, run: string): Promise<string[]> {
  const own: Wanted = (disk) => disk.run === run;
  const helper = await findHelper(engine, run);
  if (!helper) return detachFromOutside(engine, own);
  await using session = await openSession(helper, 'the helper');
  return await detach(session, own);
}

/** A run's disk as its loop device tells of it. */
interface Disk {
  readonly run: string;
  /** Its file was removed, and with it the volume that it lay in. */
  readonly deleted: boolean;
}

type Wanted = (disk: Disk) => boolean | Promise<boolean>;

/**
 * Detaches what is left of the disks of every run that is `gone`: a loop device outlives its container,
 * its volume and its file. One whose file is there is a run's of another engine on this kernel, since
 * this engine knows none of it. Returns the devices. Whether a run is gone is asked after the disks were
 * found, so that one that began meanwhile is known by then.
 */
export const detachStrayDisks = (
  engine: Engine,
  gone: (run: string) => boolean | Promise<boolean>,
): Promise<string[]> => detachFromOutside(engine, ({ run, deleted }) => deleted && gone(run));

async function detachFromOutside(engine: Engine, wanted: Wanted): Promise<string[]> {
  // Without the toolbox nothing could have made a disk, and nothing can take one away.
  const toolbox = await findImage(engine, (await toolboxRecipe()).key);
  if (toolbox === undefined) return [];
  const mapperMajor = await findMapperMajor(engine, toolbox);
  const container = await engine.docker.createContainer(
    finder(toolbox, diskAccess(mapperMajor === undefined ? 'disks' : { mapperMajor }, [])),
  );
  try {
    await container.start();
    await using session = await openSession(container, 'the container that looks for disks');
    return await detach(session, wanted);
  } finally {
    await container.remove({ force: true });
  }
}

/** A probe, so that one that outlives a killed command is removed by the next `drill clean`. */
const finder = (image: string, access: Docker.HostConfig): Docker.ContainerCreateOptions => ({
  Image: image,
  Entrypoint: ['sleep', '300'],
  Labels: { [labels.kind]: 'probe' },
  HostConfig: {
    NetworkMode: 'none',
    ReadonlyRootfs: true,
    Tmpfs: { '/run': '', '/tmp': '' },
    CapDrop: ['ALL'],
    ...access,
  },
});

/** A busy engine takes its time. */
const detachWithinMs = 60_000;

const diskFile = /\/(drill-(.+)-m\d+-(?:data|wal))\.img( \(deleted\))?$/;

async function detach(session: Session, wanted: Wanted): Promise<string[]> {
  const attached = await session.must(
    `
for file in /sys/block/loop*/loop/backing_file; do
  [ -e "$file" ] && echo "$(basename "$(dirname "$(dirname "$file")")") $(cat "$file")"
done; true`,
    detachWithinMs,
  );
  const detached: string[] = [];
  for (const line of attached.split('\n')) {
    const [, layer, run, deleted] = diskFile.exec(line) ?? [];
    if (layer === undefined || run === undefined) continue;
    if (!(await wanted({ run, deleted: deleted !== undefined }))) continue;
    const [name = ''] = line.split(' ', 1);
    const device = `/dev/${name}`;
    const backing = `/sys/block/${name}/loop/backing_file`;
    // A layer that a fault left delaying or failing must not hold its own removal up, nor may a mount
    // that a fault made here: a layer in use is not removed, and a loop device in use not detached.
    // Another `drill clean` may have detached it meanwhile, and another run attached its own there.
    await session.must(
      `
unmount() {
  while read -r source at rest; do
    [ "$source" = "$1" ] && { fsfreeze -u "$at"; umount "$at" || umount -l "$at"; }
  done </proc/mounts
} 2>/dev/null
if node=$(dmsetup info -c --noheadings -o blkdevname ${layer} 2>/dev/null); then
  dmsetup wipe_table --noflush --nolockfs ${layer}; unmount "/dev/$node"
  dmsetup --noudevsync remove --retry ${layer} || exit 1
fi
unmount ${device}
[ "$(cat ${backing} 2>/dev/null)" = ${quoted(line.slice(name.length + 1))} ] || exit 0
losetup -d ${device} || [ ! -e ${backing} ]`,
      detachWithinMs,
    );
    detached.push(device);
  }
  return detached;
}
