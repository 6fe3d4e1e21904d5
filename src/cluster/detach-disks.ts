import type Docker from 'dockerode';
import type { Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { findImage } from '../images/built-image.ts';
import { toolboxRecipe } from '../images/ensure-toolbox.ts';
import { findMapperMajor } from './device-mapper.ts';
import { diskAccess, findHelper } from './helper.ts';
import { type Session, openSession } from './session.ts';

/**
 * Detaches the loop devices whose backing file is one of this run's disk images, and no other, with
 * the device-mapper layers on them. Returns the devices. Where somebody removed the run's helper by
 * hand, a container of its own does it.
 */
export async function detachDisks(engine: Engine, run: string): Promise<string[]> {
  const helper = await findHelper(engine, run);
  if (!helper) return detachStrayDisks(engine, (other) => other === run);
  await using session = await openSession(helper, 'the helper');
  return await detach(session, (other) => other === run);
}

/** Asked after the disks were found, so that a run that began meanwhile is known by then. */
type Strayed = (run: string) => boolean | Promise<boolean>;

/**
 * Detaches the disks of every run that `strayed`, found by their backing files: a loop device
 * outlives its container, its volume and its file. Returns the devices.
 */
export async function detachStrayDisks(engine: Engine, strayed: Strayed): Promise<string[]> {
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
    return await detach(session, strayed);
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

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const diskFile = /\/(drill-(.+)-m\d+-(?:data|wal))\.img/;

async function detach(session: Session, strayed: Strayed): Promise<string[]> {
  const attached = await session.must(
    `
for file in /sys/block/loop*/loop/backing_file; do
  [ -e "$file" ] && echo "$(basename "$(dirname "$(dirname "$file")")") $(cat "$file")"
done; true`,
    detachWithinMs,
  );
  const detached: string[] = [];
  for (const line of attached.split('\n')) {
    const [, layer, run] = diskFile.exec(line) ?? [];
    if (layer === undefined || run === undefined || !(await strayed(run))) continue;
    const [name = ''] = line.split(' ', 1);
    const device = `/dev/${name}`;
    const backing = `/sys/block/${name}/loop/backing_file`;
    // A layer that a fault left delaying or failing must not hold its own removal up.
    // Another `drill clean` may have detached it meanwhile, and another run attached its own there.
    await session.must(
      `
if dmsetup info ${layer} >/dev/null 2>&1; then
  dmsetup wipe_table --noflush --nolockfs ${layer}; dmsetup --noudevsync remove --retry ${layer} || exit 1
fi
[ "$(cat ${backing} 2>/dev/null)" = ${quoted(line.slice(name.length + 1))} ] || exit 0
losetup -d ${device} || [ ! -e ${backing} ]`,
      detachWithinMs,
    );
    detached.push(device);
  }
  return detached;
}
