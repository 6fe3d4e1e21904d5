import type { Engine } from '../engine/engine.ts';
import { engineErrorText } from '../engine/engine-error.ts';
import { runOnce } from '../engine/run-once.ts';
import { DrillError } from '../errors.ts';

/** The version that `etcd --version` in an image says, e.g. `3.7.3`. */
export async function probeEtcdVersion(
  engine: Engine,
  image: string,
  source: string,
): Promise<string> {
  const { status, output } = await runEtcd(engine, image, source);
  const version = /^etcd Version: (\S+)/m.exec(output)?.[1];
  if (status !== 0 || version === undefined) {
    throw new DrillError(
      `${source}: \`etcd --version\` in the image ended with status ${status} and said: ${output.trim()}`,
    );
  }
  return version;
}

async function runEtcd(engine: Engine, image: string, source: string) {
  try {
    return await runOnce(engine, { image, command: ['etcd', '--version'] });
  } catch (error) {
    throw new DrillError(
      `${source}: \`etcd\` does not start in the image: ${engineErrorText(error)}; it must be on PATH, ` +
        `built for linux/${engine.architecture}, and static (CGO_ENABLED=0) where the image has no libc`,
      undefined,
      error,
    );
  }
}
