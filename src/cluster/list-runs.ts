import type { Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { messageOf } from '../errors.ts';
import { isGone } from './docker-errors.ts';
import { leaseAge, leaseTtlS } from './lease-holder.ts';
import { openSession } from './session.ts';

/**
 * A run that has something on the engine. `alive`: a runner renews its lease, or it has only just
 * begun; `kept`: its cluster was left up on purpose (`--keep`); `silent`: its helper runs but could
 * not be asked, so it may be alive; `dead`: nobody looks after it.
 */
export interface RunOnEngine {
  readonly run: string;
  readonly state: 'alive' | 'kept' | 'silent' | 'dead';
}

/** A run younger than this may not have its lease yet. */
const graceMs = 30_000;

/** Every run with a container, volume or network on the engine, told apart by their leases. */
export async function listRuns(engine: Engine): Promise<RunOnEngine[]> {
  const filters = { label: [labels.run] };
  const [containers, { Volumes }, networks, nowMs] = await Promise.all([
    engine.docker.listContainers({ all: true, filters }),
    engine.docker.listVolumes({ filters }),
    engine.docker.listNetworks({ filters }),
    engineTime(engine),
  ]);
  const resources = [
    ...containers.map(({ Labels, Created }) => ({ labels: Labels, bornMs: Created * 1000 })),
    ...Volumes.map((volume) => ({ labels: volume.Labels, bornMs: born(volume) })),
    ...networks.map(({ Labels, Created }) => ({
      labels: Labels ?? {},
      bornMs: Date.parse(Created),
    })),
  ];
  const byRun = Map.groupBy(resources, (resource) => resource.labels[labels.run] ?? '');
  return Promise.all(
    [...byRun].map(async ([run, own]) => {
      const helper = containers.find(
        ({ Labels }) => Labels[labels.run] === run && Labels[labels.kind] === 'helper',
      );
      const leased = helper?.State === 'running' ? await readLease(engine, helper.Id) : 'none';
      const young = nowMs - Math.max(...own.map(({ bornMs }) => bornMs)) < graceMs;
      if (leased === 'none') return { run, state: young ? 'alive' : 'dead' };
      return { run, state: leased === 'silent' && young ? 'alive' : leased };
    }),
  );
}

async function readLease(engine: Engine, helper: string): Promise<RunOnEngine['state'] | 'none'> {
  try {
    await using session = await openSession(engine.docker.getContainer(helper), 'the helper');
    const [age = '', kept] = (await session.must(leaseAge)).trim().split('\n');
    if (Number(age) < leaseTtlS) return 'alive';
    return kept === 'kept' ? 'kept' : 'dead';
  } catch (error) {
    // Only a helper that has ended meanwhile holds no lease; a busy engine proves nothing.
    return isGone(error) || /is not running/.test(messageOf(error)) ? 'none' : 'silent';
  }
}

const born = (volume: object): number =>
  Date.parse((volume as { CreatedAt?: string }).CreatedAt ?? '');

/** The engine's own clock: it may run on another host. */
async function engineTime(engine: Engine): Promise<number> {
  const { SystemTime } = (await engine.docker.info()) as { SystemTime: string };
  return Date.parse(SystemTime);
}
