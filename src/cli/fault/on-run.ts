import { type RunOnEngine, listRuns } from '../../cluster/list-runs.ts';
import type { Engine } from '../../engine/engine.ts';
import { DrillError } from '../../errors.ts';
import { nearest } from '../../parameters.ts';

/** The run of this name on the engine; an unknown one is refused with the nearest. */
export async function runNamed(engine: Engine, name: string): Promise<RunOnEngine> {
  const runs = await listRuns(engine);
  const found = runs.find(({ run }) => run === name);
  if (found) return found;
  const near = nearest(
    name,
    runs.map(({ run }) => run),
  );
  throw new DrillError(
    near === ''
      ? `There is no run \`${name}\` on the engine, nor any other: \`drill run partition --keep\` leaves a cluster up.`
      : `There is no run \`${name}\` on the engine: did you mean \`${near}\`?`,
  );
}
