import { setTimeout as pause } from 'node:timers/promises';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import type { Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { detachDisks } from './detach-disks.ts';
import { docker, isGone } from './docker-errors.ts';
import { undoFaults } from './undo-faults.ts';

/** What was removed, by name. */
export interface Removed {
  readonly containers: string[];
  readonly volumes: string[];
  readonly networks: string[];
  readonly loopDevices: string[];
}

const passes = 5;
/** A request that was under way when the run ended may create something this long after. */
const lateMs = 300;

/**
 * Removes everything that carries the run's label, whoever made it and however far it came: takes
 * faults off and thaws before it removes, detaches the run's loop devices, and looks again until nothing is left twice in
 * a row, because a request that was under way when the run ended may still create something.
 */
export async function removeRun(engine: Engine, run: string): Promise<Removed> {
  const removed: Removed = { containers: [], volumes: [], networks: [], loopDevices: [] };
  // First: what is frozen cannot be unmounted, and no process that waits for it be killed.
  const stuck = await undoFaults(engine, run).then(
    ({ on }) => on.map(({ title, said }) => `"${title}" did not come off (${said})`),
    (error: unknown) => [messageOf(error)], // told where the removal fails for it
  );
  let left: string[] = [];
  for (let pass = 0, empty = 0; pass < passes;) {
    const found = await resourcesOf(engine, run);
    left = [
      ...found.containers.map((c) => c.name),
      ...found.volumes,
      ...found.networks.map((n) => n.name),
    ];
    if (left.length > 0) {
      await removeOnce(engine, run, found, removed);
      pass += 1;
      empty = 0;
    } else {
      empty += 1;
      if (empty === 2) return removed;
      await pause(lateMs);
    }
  }
  throw new DrillError(
    `Could not remove ${left.join(', ')} of run ${run}${stuck.map((why) => `; ${why}`).join('')}. ` +
      `Remove by hand: \`docker rm -fv $(docker ps -aq -f label=${labels.run}=${run})\`, then \`drill clean\`.`,
    exitCode.notRemoved,
  );
}

interface Found {
  containers: { id: string; name: string; state: string; helper: boolean }[];
  volumes: string[];
  /** Two may have one name: the engine asked twice, in a moment in which it was slow, makes both. */
  networks: { id: string; name: string }[];
}

async function resourcesOf(engine: Engine, run: string): Promise<Found> {
  const filters = { label: [`${labels.run}=${run}`] };
  const [containers, { Volumes }, networks] = await docker(engine, `find what ${run} made`, () =>
    Promise.all([
      engine.docker.listContainers({ all: true, filters }),
      engine.docker.listVolumes({ filters }),
      engine.docker.listNetworks({ filters }),
    ]),
  );
  return {
    containers: containers.map((container) => ({
      id: container.Id,
      name: container.Names[0]?.slice(1) ?? container.Id,
      state: container.State,
      helper: container.Labels[labels.kind] === 'helper',
    })),
    volumes: Volumes.map((volume) => volume.Name),
    networks: networks.map(({ Id, Name }) => ({ id: Id, name: Name })),
  };
}

async function removeOnce(engine: Engine, run: string, found: Found, removed: Removed) {
  const remove = async (container: Found['containers'][number]) => {
    const handle = engine.docker.getContainer(container.id);
    if (container.state === 'paused') await ignoreGone(handle.unpause());
    if (await ignoreGone(handle.remove({ force: true, v: true })))
      removed.containers.push(container.name);
  };
  await Promise.all(found.containers.filter((each) => !each.helper).map(remove));
  const detach = async (): Promise<void> => {
    if (found.volumes.some((name) => name.endsWith('-disks')))
      removed.loopDevices.push(...(await detachDisks(engine, run)));
  };
  const helpers = found.containers.filter((each) => each.helper);
  const isDetached = await detach().then(
    () => true,
    (error: unknown) => {
      if (helpers.length === 0) throw error;
      return false; // what the helper itself has open goes with it
    },
  );
  await Promise.all(helpers.map(remove));
  if (!isDetached) await detach();
  await Promise.all([
    ...found.volumes.map(async (name) => {
      if (await ignoreGone(engine.docker.getVolume(name).remove())) removed.volumes.push(name);
    }),
    ...found.networks.map(async ({ id, name }) => {
      if (await ignoreGone(engine.docker.getNetwork(id).remove())) removed.networks.push(name);
    }),
  ]);
}

/** Whether it was there; the next pass finds what could not be removed because it was in use. */
async function ignoreGone(removal: Promise<unknown>): Promise<boolean> {
  try {
    await removal;
    return true;
  } catch (error) {
    if (isGone(error) || /in use|active endpoints|is not paused/.test(messageOf(error)))
      return false;
    throw error;
  }
}
