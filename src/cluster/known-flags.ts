import type { Engine, EtcdImage } from '../engine/engine.ts';
import { runOnce } from '../engine/run-once.ts';
import { docker } from './docker-errors.ts';
import { askedFlags, flagsInHelp } from './flags.ts';
import type { ClusterSpec } from './spec.ts';

const perImage = new Map<string, Promise<Set<string>>>();

/**
 * The flags that the etcd of an image names in its own help; asked once per image, and not at all
 * for a spec that asks for none but those that every version has.
 */
export async function knownFlags(
  engine: Engine,
  image: EtcdImage,
  spec: ClusterSpec,
): Promise<ReadonlySet<string>> {
  if (askedFlags(spec).length === 0) return new Set();
  const known = perImage.get(image.reference) ?? ask(engine, image);
  perImage.set(image.reference, known);
  return known;
}

function ask(engine: Engine, image: EtcdImage): Promise<Set<string>> {
  return docker(engine, `read the flags of etcd ${image.version}`, async () => {
    const { output } = await runOnce(engine, {
      image: image.reference,
      command: ['etcd', '--help'],
      hostConfig: { CapDrop: ['ALL'] },
    });
    return flagsInHelp(output);
  });
}
