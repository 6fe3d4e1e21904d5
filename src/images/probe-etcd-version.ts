import type { Engine } from '../engine/engine.ts';
import { engineErrorText } from '../engine/engine-error.ts';
import { runOnce } from '../engine/run-once.ts';
import { DrillError } from '../errors.ts';

/** The version that `etcd --version` in an image says, e.g. `3.7.3`. */
export async function probeEtcdVersion(engine: Engine, image: string): Promise<string> {
  const answer = await runEtcd(engine, image);
  const version = /^etcd Version: (\S+)/m.exec(answer)?.[1];
  if (version !== undefined) return version;
  throw new DrillError(
    `\`etcd --version\` in the image said "${answer.trim()}"; etcd must be on PATH, built for ` +
      `linux/${engine.architecture}, and static (CGO_ENABLED=0) where the image has no libc`,
  );
}

async function runEtcd(engine: Engine, image: string): Promise<string> {
  try {
    return (await runOnce(engine, { image, command: ['etcd', '--version'] })).output;
  } catch (error) {
    return engineErrorText(error);
  }
}
