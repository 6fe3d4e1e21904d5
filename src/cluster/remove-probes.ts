import type { Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { isGone } from './docker-errors.ts';

/** A probe ends in seconds; one older than this was left by a command that was killed. */
const longestProbeMs = 5 * 60_000;

/** Removes one-shot containers that outlived the command that started them. Returns their names. */
export async function removeProbes(engine: Engine): Promise<string[]> {
  const probes = await engine.docker.listContainers({
    all: true,
    filters: { label: [`${labels.kind}=probe`] },
  });
  const { SystemTime } = (await engine.docker.info()) as { SystemTime: string };
  const stale = probes.filter(
    ({ Created }) => Date.parse(SystemTime) - Created * 1000 > longestProbeMs,
  );
  await Promise.all(
    stale.map(async ({ Id }) => {
      try {
        await engine.docker.getContainer(Id).remove({ force: true, v: true });
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    }),
  );
  return stale.map(({ Id, Names }) => Names[0]?.slice(1) ?? Id);
}
