import type { Engine } from '../engine/engine.ts';
import { runOnce } from '../engine/run-once.ts';
import { DrillError } from '../errors.ts';
import { docker } from './docker-errors.ts';

/** The device number that the engine's kernel gave to device-mapper; refused where it has none. */
export async function mapperMajor(engine: Engine, toolbox: string): Promise<number> {
  const found = await findMapperMajor(engine, toolbox);
  if (found !== undefined) return found;
  throw new DrillError(
    "The kernel of the engine's host has no device-mapper, which `disks: { mapper: true }` is built on: " +
      '`modprobe dm-mod` on that host, or use an engine on another one (`drill doctor` tells).',
  );
}

/** As above; undefined where the kernel has none. */
export async function findMapperMajor(
  engine: Engine,
  toolbox: string,
): Promise<number | undefined> {
  const { output } = await docker(engine, 'look for device-mapper', () =>
    runOnce(engine, { image: toolbox, command: ['cat', '/proc/devices'] }),
  );
  const [, major] = /^ *(\d+) device-mapper$/m.exec(output) ?? [];
  return major === undefined ? undefined : Number(major);
}
